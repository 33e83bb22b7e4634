import { and, eq, inArray } from "drizzle-orm";
import type { Queries, Writing } from "../db/database.ts";
import { attachments, attachmentUses } from "../db/tables.ts";
import type { MessageEvent, SendMessage } from "../protocol/delivery.ts";
import type { AccountId, AttachmentId, ConversationId, MessageId } from "../protocol/ids.ts";

type Names = Pick<SendMessage, "conversationId" | "attachmentIds">;

/** By conversation, which of the files that are named its messages may name. */
export type Nameable = ReadonlyMap<ConversationId, ReadonlySet<AttachmentId>>;

/**
 * All that are there and that the conversation's members may fetch. They stay as they are until this write ends, and
 * are taken in the order of their ids, so that no two writes wait for each other.
 */
export async function lockNameable(tx: Writing, messages: readonly Names[]): Promise<Nameable> {
  const named = messages.flatMap(({ conversationId, attachmentIds = [] }) =>
    attachmentIds.map((id) => ({ conversationId, id })),
  );
  const ids = [...new Set(named.map(({ id }) => id))].sort();
  const files = await tx.each(
    {
      sql: `SELECT id FROM attachments WHERE id = $1 AND completed_at IS NOT NULL ${tx.forNoKeyUpdate}`,
      takes: ["text"],
    },
    ids.map((id) => [id]),
  );
  const there = new Set(ids.filter((_, index) => files[index]?.length === 1));
  const kept = named.filter(({ id }) => there.has(id));
  const grants = await tx.each(
    {
      sql: "SELECT attachment_id FROM attachment_grants WHERE attachment_id = $1 AND conversation_id = $2",
      takes: ["text", "text"],
    },
    kept.map(({ id, conversationId }) => [id, conversationId]),
  );
  const granted = kept.filter((_, index) => grants[index]?.length === 1);
  const groups = Map.groupBy(granted, ({ conversationId }) => conversationId);
  return new Map([...groups].map(([of, all]) => [of, new Set(all.map(({ id }) => id))]));
}

export function mayName(nameable: Nameable, { conversationId, attachmentIds = [] }: Names): boolean {
  return attachmentIds.every((id) => nameable.get(conversationId)?.has(id));
}

type Naming = Pick<MessageEvent, "messageId" | "senderAccountId" | "expiresAt" | "sentAt">;

/**
 * From now on they stay, for as long as a message names them. Their rows change each time: so a sweep that is just
 * letting one go sees on PostgreSQL that it is named again.
 */
export async function noteNamed(
  tx: Queries,
  conversationId: ConversationId,
  ids: readonly AttachmentId[],
  { messageId, senderAccountId, expiresAt, sentAt: usedAt }: Naming,
): Promise<void> {
  const use = { conversationId, messageId, senderAccountId, expiresAt };
  await tx
    .insert(attachmentUses)
    .values(ids.map((attachmentId) => ({ attachmentId, ...use })))
    .onConflictDoNothing();
  await tx
    .update(attachments)
    .set({ usedAt })
    .where(inArray(attachments.id, [...ids]));
}

/** Their sender takes them back or says them anew, also when they have been delivered and dropped long since. */
export async function forgetNamed(
  tx: Queries,
  conversationId: ConversationId,
  by: AccountId,
  ...messageIds: readonly MessageId[]
): Promise<void> {
  await tx
    .delete(attachmentUses)
    .where(
      and(
        eq(attachmentUses.conversationId, conversationId),
        inArray(attachmentUses.messageId, [...messageIds]),
        eq(attachmentUses.senderAccountId, by),
      ),
    );
}
