import type { Answering } from "../answer.ts";
import { requireMember } from "../conversations/require-member.ts";
import { attachmentGrants } from "../db/tables.ts";
import { take } from "../limits/take.ts";
import type { grantAttachment } from "../protocol/attachments.ts";
import { requireGranted } from "./find-attachment.ts";

export const answerGrant: Answering<typeof grantAttachment> = async (
  { attachmentId, conversationId },
  request,
) => {
  const { app, session } = request;
  take(request, "attachment", session.accountId);
  await app.db.write(async (tx) => {
    await requireGranted(tx, attachmentId, session.deviceId);
    await requireMember(tx, conversationId, session.deviceId);
    await tx.insert(attachmentGrants).values({ attachmentId, conversationId }).onConflictDoNothing();
  });
  return {};
};
