import { eq, sql } from "drizzle-orm";
import type { Queries } from "../db/database.ts";
import { conversationGroups } from "../db/tables.ts";
import type { ConversationId } from "../protocol/ids.ts";

/** Of a conversation that was looked up for its member already. */
export async function currentGroupInfo(queries: Queries, conversationId: ConversationId) {
  const [row] = await queries
    .select({ groupInfo: conversationGroups.groupInfo })
    .from(conversationGroups)
    .where(eq(conversationGroups.conversationId, conversationId));
  if (row === undefined) throw new Error("a conversation without its group");
  return row.groupInfo;
}

/** In bytes, without reading it. */
export async function sizeOfGroup(queries: Queries, conversationId: ConversationId): Promise<number> {
  const [row] = await queries
    .select({ bytes: sql<string | number>`length(${conversationGroups.groupInfo})` })
    .from(conversationGroups)
    .where(eq(conversationGroups.conversationId, conversationId));
  return Number(row?.bytes ?? 0);
}
