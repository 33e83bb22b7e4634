import { and, eq, isNotNull, isNull } from "drizzle-orm";
import type { SessionFacts } from "../app.ts";
import type { Queries } from "../db/database.ts";
import { attachmentGrants, attachments, conversationDevices, conversationMembers } from "../db/tables.ts";
import type { AccountId, AttachmentId, DeviceId } from "../protocol/ids.ts";
import { Refusal } from "../refusal.ts";

export type Attachment = typeof attachments.$inferSelect;

/** The upload of this account; to everybody else there is none. */
export async function requireOwn(
  queries: Queries,
  id: AttachmentId,
  { accountId }: Pick<SessionFacts, "accountId">,
): Promise<Attachment> {
  const found = await findOwn(queries, id, accountId);
  if (found === undefined) throw new Refusal("attachment.not_found");
  return found;
}

export async function findOwn(
  queries: Queries,
  id: AttachmentId,
  accountId: AccountId,
): Promise<Attachment | undefined> {
  const [found] = await queries
    .select()
    .from(attachments)
    .where(and(eq(attachments.id, id), eq(attachments.accountId, accountId)));
  return found;
}

/** A finished attachment that a conversation of this member device was granted; to everybody else there is none. */
export async function requireGranted(
  queries: Queries,
  id: AttachmentId,
  deviceId: DeviceId,
): Promise<Attachment> {
  const [found] = await queries
    .select({ attachment: attachments })
    .from(attachments)
    .innerJoin(attachmentGrants, eq(attachmentGrants.attachmentId, attachments.id))
    .innerJoin(
      conversationDevices,
      and(
        eq(conversationDevices.conversationId, attachmentGrants.conversationId),
        eq(conversationDevices.deviceId, deviceId),
      ),
    )
    .innerJoin(
      conversationMembers,
      and(
        eq(conversationMembers.conversationId, conversationDevices.conversationId),
        eq(conversationMembers.accountId, conversationDevices.accountId),
        isNull(conversationMembers.leftSequence),
      ),
    )
    .where(and(eq(attachments.id, id), isNotNull(attachments.completedAt)))
    .limit(1);
  if (found === undefined) throw new Refusal("attachment.not_found");
  return found.attachment;
}
