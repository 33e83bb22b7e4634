import { html } from "htm/preact";
import type { ConversationView, MessageView } from "../delivery/patches.ts";
import { useSayChanges } from "../groups/use-say-changes.ts";

/** What became of a group, where it happened. */
export function ChangeLine({
  conversation,
  message,
}: {
  conversation: ConversationView;
  message: MessageView;
}) {
  const sayChanges = useSayChanges(true);
  return sayChanges?.(conversation, message).map(
    (sentence) => html`<li class="change-line" key=${sentence}>${sentence}</li>`,
  );
}
