import { html } from "htm/preact";
import { ShieldAlert } from "lucide";
import type { ConversationView } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";
import { chatPath } from "../routes.ts";
import { Icon } from "../ui/icon.ts";

/** Of a conversation whose row could not be drawn: it leads there all the same. */
export function BrokenRow({ conversation: { id } }: { conversation: ConversationView }) {
  return html`<li>
    <a class="row" href=${chatPath(id)}>
      <span class="row-words">
        <span class="row-text row-warning"><${Icon} of=${ShieldAlert} size=${16} /><span class="row-said">${say("broken.row")}</span></span>
      </span>
    </a>
  </li>`;
}
