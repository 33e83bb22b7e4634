import { html } from "htm/preact";
import type { IconNode } from "lucide";
import { Icon } from "./icon.ts";

interface ButtonProps {
  label: string;
  kind?: "main" | "plain" | "quiet" | "danger";
  icon?: IconNode;
  wide?: boolean;
  submits?: boolean;
  /** Shown as working; a second press does nothing. */
  busy?: boolean;
  onPress?: () => void;
}

export function Button({ label, kind = "plain", icon, wide, submits, busy, onPress }: ButtonProps) {
  return html`<button
    class=${`button button-${kind}${wide ? " button-wide" : ""}`}
    type=${submits ? "submit" : "button"}
    aria-disabled=${busy ? "true" : undefined}
    onClick=${busy ? ignore : onPress}
  >
    ${icon && html`<${Icon} of=${icon} size=${18} />`}${label}
  </button>`;
}

interface IconButtonProps {
  icon: IconNode;
  label: string;
  main?: boolean;
  mirrored?: boolean;
  disabled?: boolean;
  /** Of what opens and closes something below it. */
  expanded?: boolean;
  class?: string;
  onPress: () => void;
}

export function IconButton(props: IconButtonProps) {
  return html`<button
    class=${`icon-button${props.main ? " icon-button-main" : ""} ${props.class ?? ""}`}
    type="button"
    aria-label=${props.label}
    title=${props.label}
    disabled=${props.disabled}
    aria-expanded=${props.expanded === undefined ? undefined : `${props.expanded}`}
    onClick=${props.onPress}
  >
    <${Icon} of=${props.icon} mirrored=${props.mirrored} />
  </button>`;
}

function ignore(event: Event): void {
  event.preventDefault();
}
