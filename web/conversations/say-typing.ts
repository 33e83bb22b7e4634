import type { ConversationView } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";
import type { Typing } from "./model.ts";
import { nameOfMember } from "./name-of.ts";

/** In a group it is said of whom; of several the one who typed last. */
export function sayTyping(conversation: ConversationView, typing: Typing | undefined): string | undefined {
  if (!typing) return undefined;
  if (!conversation.group) return say("list.typing");
  return say("group.typing", { name: nameOfMember(conversation, typing.accountId) });
}
