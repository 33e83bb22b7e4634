import { and, eq, notExists } from "drizzle-orm";
import type { Queries } from "../db/database.ts";
import {
  conversationDevices,
  conversations,
  endedLinks,
  goneConversations,
  groupLinks,
} from "../db/tables.ts";
import type { ConversationId } from "../protocol/ids.ts";

/**
 * A group that nobody has a seat in goes, with all that was kept for it: nothing leads back into it. Its id and those
 * of its links are nobody's from then on.
 */
export async function dropIfEmpty(tx: Queries, conversationId: ConversationId): Promise<void> {
  const links = await tx
    .select({ id: groupLinks.id, conversationId: groupLinks.conversationId })
    .from(groupLinks)
    .where(eq(groupLinks.conversationId, conversationId));
  const seats = tx
    .select({ deviceId: conversationDevices.deviceId })
    .from(conversationDevices)
    .where(eq(conversationDevices.conversationId, conversations.id));
  const dropped = await tx
    .delete(conversations)
    .where(and(eq(conversations.id, conversationId), eq(conversations.kind, "group"), notExists(seats)))
    .returning({ id: conversations.id });
  if (dropped.length === 0) return;
  await tx.insert(goneConversations).values(dropped).onConflictDoNothing();
  if (links.length > 0) await tx.insert(endedLinks).values(links).onConflictDoNothing();
}
