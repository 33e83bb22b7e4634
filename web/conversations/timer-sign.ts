import { html } from "htm/preact";
import { Timer } from "lucide";
import { Icon } from "../ui/icon.ts";

/** Something here does not stay; the title says when it goes. */
export function TimerSign({ title }: { title: string }) {
  return html`<span class="sign" role="img" aria-label=${title} title=${title}><${Icon} of=${Timer} size=${13} /></span>`;
}
