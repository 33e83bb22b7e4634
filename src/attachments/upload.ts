import { and, eq, isNull, sql } from "drizzle-orm";
import type { Answering, RequestContext } from "../answer.ts";
import { requireMember } from "../conversations/require-member.ts";
import type { Queries } from "../db/database.ts";
import { attachmentGrants, attachments } from "../db/tables.ts";
import { inTurn } from "../devices/in-turn.ts";
import { take } from "../limits/take.ts";
import * as wire from "../protocol/attachments.ts";
import type { AccountId, AttachmentId } from "../protocol/ids.ts";
import { Refusal } from "../refusal.ts";
import { readSettings } from "../settings/settings.ts";
import { dropUpload } from "./drop-upload.ts";
import { filesOf } from "./files.ts";
import { type Attachment, findOwn, requireOwn } from "./find-attachment.ts";
import { gather, gatheredAt } from "./gather.ts";

type Asking = RequestContext<"device">;

export const answerShowRules: Answering<typeof wire.showAttachmentRules> = async (_, { app, session }) => {
  const settings = await readSettings(app);
  return {
    largest: settings.attachmentLargest,
    quota: settings.attachmentQuota,
    used: await usedBy(app.db.read, session.accountId),
    allowed: settings.attachmentsAllowed,
  };
};

/** Room is taken at once, so that nobody uploads what will not fit. */
export const answerBegin: Answering<typeof wire.beginAttachment> = async (input, request) => {
  const { app, session } = request;
  const { attachmentId: id, conversationId, size } = input;
  const { accountId, deviceId } = session;
  take(request, "attachment", accountId);
  const { attachmentLargest, attachmentQuota } = await readSettings(app);
  if (size > attachmentLargest) throw new Refusal("attachment.too_large");
  const begun = await findOwn(app.db.read, id, accountId);
  if (begun) return alone(request, id, async (found) => standing(demandSame(found, accountId, input)));
  return app.db.write(async (tx) => {
    await requireMember(tx, conversationId, deviceId);
    const [known] = await tx.select().from(attachments).where(eq(attachments.id, id));
    if (known !== undefined) return standing(demandSame(known, accountId, input));
    if ((await usedBy(tx, accountId)) + size > attachmentQuota) throw new Refusal("attachment.quota_full");
    const createdAt = app.clock.now();
    await tx.insert(attachments).values({ id, accountId, conversationId, size, createdAt });
    await tx.insert(attachmentGrants).values({ attachmentId: id, conversationId });
    return { received: 0, completed: false };
  });
};

export const answerShow: Answering<typeof wire.showAttachment> = async ({ attachmentId }, { app, session }) =>
  standing(await requireOwn(app.db.read, attachmentId, session));

export const answerChunk: Answering<typeof wire.putAttachmentChunk> = (input, request) =>
  alone(request, input.attachmentId, (found) => takeChunk(input, request, found));

export const answerComplete: Answering<typeof wire.completeAttachment> = ({ attachmentId: id }, request) =>
  alone(request, id, async (found) => {
    const { app } = request;
    if (found.completedAt !== null) return standing(found);
    if (found.received < found.size) throw new Refusal("attachment.incomplete");
    await filesOf(app).keep(id, gatheredAt(app, id));
    const completedAt = app.clock.now();
    await app.db.write((tx) => tx.update(attachments).set({ completedAt }).where(eq(attachments.id, id)));
    return { received: found.size, completed: true };
  });

export const answerDrop: Answering<typeof wire.dropAttachment> = async ({ attachmentId: id }, request) => {
  const { app, session } = request;
  take(request, "attachment", session.accountId);
  await inTurn(app.db, turnOf(id), async () => {
    if (await findOwn(app.db.read, id, session.accountId)) await dropUpload(app, id);
  });
  return {};
};

async function takeChunk(
  { attachmentId: id, offset, bytes }: { attachmentId: AttachmentId; offset: number; bytes: Bytes },
  request: Asking,
  found: Attachment,
) {
  const { app } = request;
  take(request, "attachment_chunk", found.accountId);
  const wholeSize = Math.min(wire.CHUNK, found.size - offset);
  if (offset % wire.CHUNK !== 0 || bytes.byteLength !== wholeSize) throw new Refusal("request.malformed");
  if (offset < found.received) return standing(found);
  if (offset > found.received) {
    request.setHeader("Upload-Offset", String(found.received));
    throw new Refusal("attachment.wrong_offset");
  }
  await gather(app, id, offset, bytes);
  const received = offset + bytes.byteLength;
  const raised = await app.db.write((tx) =>
    tx
      .update(attachments)
      .set({ received })
      .where(and(eq(attachments.id, id), eq(attachments.received, offset), isNull(attachments.completedAt)))
      .returning({ id: attachments.id }),
  );
  if (raised.length === 0) throw new Refusal("attachment.wrong_offset");
  return { received, completed: false };
}

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * One step of an upload at a time, by its owner, who is still a member of the conversation it is for. Of whoever
 * is not any more nothing stays behind.
 */
function alone<Answer>(
  { app, session }: Asking,
  id: AttachmentId,
  work: (found: Attachment) => Promise<Answer>,
): Promise<Answer> {
  return inTurn(app.db, turnOf(id), async () => {
    const found = await requireOwn(app.db.read, id, session);
    try {
      if (found.conversationId === null) throw new Refusal("conversation.not_found");
      await requireMember(app.db.read, found.conversationId, session.deviceId);
    } catch (refused) {
      if (refused instanceof Refusal && found.completedAt === null) await dropUpload(app, id);
      throw refused;
    }
    return work(found);
  });
}

export function turnOf(id: AttachmentId): string {
  return `attachment ${id}`;
}

function demandSame(
  known: Attachment,
  accountId: AccountId,
  asked: { conversationId: string; size: number },
): Attachment {
  const isSame =
    known.accountId === accountId &&
    known.conversationId === asked.conversationId &&
    known.size === asked.size;
  if (!isSame) throw new Refusal("attachment.not_found");
  return known;
}

function standing({ received, completedAt }: Attachment) {
  return { received, completed: completedAt !== null };
}

async function usedBy(queries: Queries, accountId: AccountId): Promise<number> {
  const [sum] = await queries
    .select({ bytes: sql`COALESCE(SUM(${attachments.size}), 0)`.mapWith(Number) })
    .from(attachments)
    .where(eq(attachments.accountId, accountId));
  return sum?.bytes ?? 0;
}
