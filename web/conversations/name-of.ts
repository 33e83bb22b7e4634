import type { ConversationView } from "../delivery/patches.ts";
import { withoutTurns } from "../languages/isolate.ts";
import { say } from "../languages/language.ts";

export function nameOf(conversation: ConversationView): string {
  if (conversation.kind === "saved") return say("saved.name");
  return conversation.peer ? withoutTurns(conversation.peer.username) : say("people.unknown");
}
