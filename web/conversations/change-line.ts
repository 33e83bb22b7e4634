import { html } from "htm/preact";
import type { ConversationView, MessageView } from "../delivery/patches.ts";
import { sayChanges } from "../groups/say-change.ts";

/** What became of a group, where it happened. */
export function ChangeLine({
  conversation,
  message,
}: {
  conversation: ConversationView;
  message: MessageView;
}) {
  return sayChanges(conversation, message).map(
    (sentence) => html`<li class="change-line" key=${sentence}><span dir="auto">${sentence}</span></li>`,
  );
}
