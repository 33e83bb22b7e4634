import type { IconNode } from "lucide";
import { h } from "preact";

/** Decoration only: whoever uses it names the deed in words beside it or as a label. */
export function Icon(props: { of: IconNode; size?: number; mirrored?: boolean }) {
  const size = props.size ?? 20;
  return h(
    "svg",
    {
      width: size,
      height: size,
      viewBox: "0 0 24 24",
      fill: "none",
      stroke: "currentColor",
      "stroke-width": 2,
      "stroke-linecap": "round",
      "stroke-linejoin": "round",
      "aria-hidden": "true",
      class: props.mirrored ? "icon-mirrored" : undefined,
    },
    props.of.map(([tag, attributes]) => h(tag, attributes)),
  );
}
