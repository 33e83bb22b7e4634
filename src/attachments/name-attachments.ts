import { and, eq, inArray, isNotNull, isNull } from "drizzle-orm";
import type { Queries } from "../db/database.ts";
import { attachmentGrants, attachments } from "../db/tables.ts";
import type { AttachmentId, ConversationId } from "../protocol/ids.ts";

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

/** From now on they stay. */
export async function noteNamed(tx: Queries, ids: readonly AttachmentId[], at: number): Promise<void> {
  await tx
    .update(attachments)
    .set({ usedAt: at })
    .where(and(inArray(attachments.id, [...ids]), isNull(attachments.usedAt)));
}
