import { and, eq, inArray, isNotNull, isNull } from "drizzle-orm";
import type { Queries } from "../db/database.ts";
import { attachmentGrants, attachments, attachmentUses } from "../db/tables.ts";
import type { MessageEvent } from "../protocol/delivery.ts";
import type { AccountId, AttachmentId, ConversationId, MessageId } from "../protocol/ids.ts";

/** Whether a message of this conversation may name these: all are there and its members may fetch them. */
export async function mayName(
  queries: Queries,
  conversationId: ConversationId,
  ids: readonly AttachmentId[],
): Promise<boolean> {
  const found = await queries
    .select({ id: attachments.id })
    .from(attachments)
    .innerJoin(attachmentGrants, eq(attachmentGrants.attachmentId, attachments.id))
    .where(
      and(
        inArray(attachments.id, [...ids]),
        eq(attachmentGrants.conversationId, conversationId),
        isNotNull(attachments.completedAt),
      ),
    );
  return found.length === ids.length;
}

type Naming = Pick<MessageEvent, "messageId" | "senderAccountId" | "expiresAt" | "sentAt">;

/** From now on they stay, for as long as a message names them. */
export async function noteNamed(
  tx: Queries,
  conversationId: ConversationId,
  ids: readonly AttachmentId[],
  { messageId, senderAccountId, expiresAt, sentAt: at }: Naming,
): Promise<void> {
  const use = { conversationId, messageId, senderAccountId, expiresAt };
  await tx
    .insert(attachmentUses)
    .values(ids.map((attachmentId) => ({ attachmentId, ...use })))
    .onConflictDoNothing();
  await tx
    .update(attachments)
    .set({ usedAt: at })
    .where(and(inArray(attachments.id, [...ids]), isNull(attachments.usedAt)));
}

/** Its sender takes the message back, also when it has been delivered and dropped long since. */
export async function forgetNamed(
  tx: Queries,
  conversationId: ConversationId,
  by: AccountId,
  messageId: MessageId,
): Promise<void> {
  await tx
    .delete(attachmentUses)
    .where(
      and(
        eq(attachmentUses.conversationId, conversationId),
        eq(attachmentUses.messageId, messageId),
        eq(attachmentUses.senderAccountId, by),
      ),
    );
}
