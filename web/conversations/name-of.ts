import type { ConversationView } from "../delivery/patches.ts";
import { withoutTurns } from "../languages/isolate.ts";
import { say } from "../languages/language.ts";

export function nameOf(conversation: ConversationView): string {
  if (conversation.kind === "saved") return say("saved.name");
  const { peer } = conversation;
  return peer ? withoutTurns(peer.nickname ?? peer.username) : say("people.unknown");
}
