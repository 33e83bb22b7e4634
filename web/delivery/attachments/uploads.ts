import { CHUNK } from "../../../src/protocol/attachments.ts";
import type { Attachment } from "../../../src/protocol/content.ts";
import type { AttachmentId, ConversationId } from "../../../src/protocol/ids.ts";
import { EVERYTHING, placed } from "../../storage/key.ts";
import type { Outgoing, UploadRecord } from "../../storage/records.ts";
import type { Change, Reader } from "../../storage/vault.ts";
import { Failed } from "../failures.ts";
import type { AttachmentView, Patch, UploadView } from "../patches.ts";

const MOST = 1_000;

/** The files that a message names. */
export function idsIn(content: Outgoing["content"]): AttachmentId[] | undefined {
  return content.kind === "text" ? content.attachments?.map(({ id }) => id) : undefined;
}

/** A message goes out only after its files are complete; others may pass it meanwhile. */
export async function isUploaded(reader: Reader, { content }: Outgoing): Promise<boolean> {
  for (const id of idsIn(content) ?? []) {
    const upload = await reader.read("uploads", id);
    if (upload !== undefined && upload.phase !== "done") return false;
  }
  return true;
}

/** What a message takes with it: from here on these uploads belong to it. */
export async function takeUploads(
  change: Change,
  conversationId: ConversationId,
  ids: readonly AttachmentId[],
  messageId: UploadRecord["messageId"],
): Promise<Attachment[]> {
  const taken: Attachment[] = [];
  for (const id of ids) {
    const upload = await change.read("uploads", id);
    if (!upload || upload.conversationId !== conversationId) throw new Failed("attachment.gone");
    if (upload.phase === "failed") throw new Failed("attachment.failed");
    change.put("uploads", id, { ...upload, messageId });
    taken.push(upload.attachment);
  }
  return taken;
}

/** From the beginning: what the server has of it already is not sent again. */
export async function uploadAgain(change: Change, ids: readonly AttachmentId[]): Promise<void> {
  for (const id of ids) {
    const upload = await change.read("uploads", id);
    if (upload) change.put("uploads", id, { ...upload, phase: "uploading", failure: null });
  }
}

export async function forgetUploads(change: Change, ids: readonly AttachmentId[]): Promise<void> {
  for (const id of ids) {
    const upload = await change.read("uploads", id);
    if (!upload) continue;
    change.remove("uploads", id);
    const pieces = Math.ceil(upload.attachment.sealedSize / CHUNK);
    for (let index = 0; index < pieces; index += 1) change.remove("pieces", placed(id, index));
  }
}

/** Without what only this device and its peers know. */
export function attachmentView(attachment: Attachment): AttachmentView {
  const { key: _, hash: __, sealedSize: ___, ...shown } = attachment;
  return shown;
}

export function uploadView(upload: UploadRecord, done: number): UploadView {
  const { conversationId, attachment, phase, failure, messageId } = upload;
  return {
    ...attachmentView(attachment),
    conversationId,
    phase,
    done: phase === "done" ? 1 : done / attachment.sealedSize,
    failure: failure ?? undefined,
    messageId: messageId ?? undefined,
  };
}

/** How these uploads stand; those of them that there are no longer are told as gone. */
export async function readUploads(reader: Reader, ids: readonly AttachmentId[]): Promise<Patch> {
  const found = await Promise.all(ids.map((id) => reader.read("uploads", id)));
  const uploads = found.flatMap((upload) => (upload ? uploadView(upload, 0) : []));
  return { kind: "uploads", uploads, gone: ids.filter((_, index) => found[index] === undefined) };
}

export async function readAllUploads(reader: Reader): Promise<Patch> {
  const found = await reader.list("uploads", { ...EVERYTHING, limit: MOST });
  return {
    kind: "uploads",
    uploads: found.map(({ value }) => uploadView(value, 0)),
    gone: [],
    complete: true,
  };
}
