import { and, eq, isNull } from "drizzle-orm";
import type { Queries } from "../db/database.ts";
import { conversationDevices, conversationMembers, conversations } from "../db/tables.ts";
import type { ConversationId, DeviceId } from "../protocol/ids.ts";
import { Refusal } from "../refusal.ts";

/** The conversation of this member device; to everybody else there is none. */
export async function requireMember(queries: Queries, conversationId: ConversationId, deviceId: DeviceId) {
  const [found] = await queries
    .select({ conversation: conversations, own: conversationDevices })
    .from(conversationDevices)
    .innerJoin(conversations, eq(conversations.id, conversationDevices.conversationId))
    .innerJoin(
      conversationMembers,
      and(
        eq(conversationMembers.conversationId, conversationDevices.conversationId),
        eq(conversationMembers.accountId, conversationDevices.accountId),
        isNull(conversationMembers.leftSequence),
      ),
    )
    .where(
      and(eq(conversationDevices.conversationId, conversationId), eq(conversationDevices.deviceId, deviceId)),
    );
  if (found === undefined) throw new Refusal("conversation.not_found");
  return found;
}
