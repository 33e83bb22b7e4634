import type { ConversationView } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";
import { isChannel } from "./may.ts";

/** What leaving is called for what it is. */
export function sayLeave(conversation: ConversationView): string {
  if (conversation.group?.community) return say("community.leave");
  return say(isChannel(conversation) ? "group.leave_channel" : "group.leave");
}

/** And deleting it for everybody. */
export function sayEnd(conversation: ConversationView): string {
  if (conversation.group?.community) return say("community.end");
  return say(isChannel(conversation) ? "group.end_channel" : "group.end");
}
