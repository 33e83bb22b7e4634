import type { Answering } from "../answer.ts";
import { requireMember } from "../conversations/require-member.ts";
import { attachmentGrants } from "../db/tables.ts";
import type { grantAttachment } from "../protocol/attachments.ts";
import { requireGranted } from "./find-attachment.ts";

export const answerGrant: Answering<typeof grantAttachment> = async (
  { attachmentId, conversationId },
  { app, session },
) => {
  await app.db.write(async (tx) => {
    await requireGranted(tx, attachmentId, session.deviceId);
    await requireMember(tx, conversationId, session.deviceId);
    await tx.insert(attachmentGrants).values({ attachmentId, conversationId }).onConflictDoNothing();
  });
  return {};
};
