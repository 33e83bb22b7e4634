import { html } from "htm/preact";
import type { IconNode } from "lucide";
import { Icon } from "./icon.ts";

/** One of several things that can be done. */
export function Choice({ icon, label, onPress }: { icon: IconNode; label: string; onPress: () => void }) {
  return html`<button class="choice choice-short" type="button" onClick=${onPress}>
    <${Icon} of=${icon} /><span class="choice-title">${label}</span>
  </button>`;
}
