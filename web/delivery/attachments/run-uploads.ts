import {
  beginAttachment,
  CHUNK,
  completeAttachment,
  putAttachmentChunk,
  showAttachment,
} from "../../../src/protocol/attachments.ts";
import type { AttachmentId } from "../../../src/protocol/ids.ts";
import { EVERYTHING, placed } from "../../storage/key.ts";
import type { UploadRecord } from "../../storage/records.ts";
import type { Found } from "../../storage/vault.ts";
import { type Client, locked } from "../client.ts";
import { codeOf, Failed, Refused, Unreachable } from "../failures.ts";
import { findOutgoing } from "../outbox/outbox.ts";
import { tellOutgoing } from "../outbox/tell-outgoing.ts";
import { demandAllowed } from "./attach.ts";
import type { UploadHooks, Uploads } from "./open-uploads.ts";
import { uploadView } from "./uploads.ts";

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;
const MOST = 1_000;

/** One file after the other, oldest first, each from where the server says it is. */
export function runUploads(client: Client, hooks: UploadHooks): Uploads {
  let running = false;
  let again = false;
  let closed = false;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const retryLater = ({ retryAt }: Unreachable) => {
    const usual = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures) * (0.5 + Math.random() / 2);
    failures += 1;
    const wait = retryAt === undefined ? usual : Math.max(0, retryAt - client.platform.clock.now());
    clearTimeout(timer);
    timer = setTimeout(push, wait);
  };
  const run = async () => {
    do {
      again = false;
      for (let next = await findNext(client); next && !closed; next = await findNext(client)) {
        await uploadOne(client, next.key as AttachmentId, next.value, () => closed);
        failures = 0;
        hooks.uploaded(next.value.conversationId);
      }
    } while (again && !closed);
  };
  const push = () => {
    if (closed) return;
    again = true;
    if (running) return;
    running = true;
    run()
      .catch((cause) => {
        if (closed) return;
        if (cause instanceof Unreachable) retryLater(cause);
        else if (cause instanceof Refused) hooks.sessionRefused();
        else client.tellFailure(cause);
      })
      .finally(() => {
        running = false;
      });
  };

  return {
    push,
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}

async function findNext({ vault }: Client): Promise<Found<"uploads"> | undefined> {
  const found = await vault.list("uploads", { ...EVERYTHING, limit: MOST });
  return found
    .filter(({ value }) => value.phase === "uploading")
    .sort((one, other) => one.value.createdAt - other.value.createdAt)[0];
}

/** Returns when the server has it, when it failed for good, or when the person wants it no further. */
async function uploadOne(
  client: Client,
  id: AttachmentId,
  upload: UploadRecord,
  isClosed: () => boolean,
): Promise<void> {
  try {
    await demandAllowed(client, { about: upload.attachment, leads: upload.leads, size: 0 });
    if (await sendChunks(client, id, upload, isClosed)) await settle(client, id, "done", null);
  } catch (cause) {
    if (!isFinal(cause)) throw cause;
    await settle(client, id, "failed", codeOf(cause));
  }
}

/** False when it is no longer wanted. */
async function sendChunks(
  client: Client,
  attachmentId: AttachmentId,
  { conversationId, attachment }: UploadRecord,
  isClosed: () => boolean,
): Promise<boolean> {
  const size = attachment.sealedSize;
  let standing = await client.call(beginAttachment, { attachmentId, conversationId, size });
  while (!standing.completed) {
    const upload = await client.vault.read("uploads", attachmentId);
    if (isClosed() || upload?.phase !== "uploading") return false;
    client.tell({ kind: "uploads", uploads: [uploadView(upload, standing.received)], gone: [] });
    if (standing.received >= size) standing = await client.call(completeAttachment, { attachmentId });
    else standing = await sendChunk(client, attachmentId, standing.received);
  }
  return true;
}

async function sendChunk(client: Client, attachmentId: AttachmentId, offset: number) {
  const piece = await client.vault.read("pieces", placed(attachmentId, offset / CHUNK));
  if (!piece) throw new Failed("attachment.gone");
  try {
    return await client.call(putAttachmentChunk, { attachmentId, offset, bytes: piece.bytes });
  } catch (cause) {
    if (!(cause instanceof Refused) || cause.code !== "attachment.wrong_offset") throw cause;
    return client.call(showAttachment, { attachmentId });
  }
}

function isFinal(cause: unknown): boolean {
  if (cause instanceof Refused) return !/^(session|device)\./.test(cause.code);
  return cause instanceof Failed;
}

/** A message whose file failed fails with it: the person decides, and its words stay. */
async function settle(
  client: Client,
  id: AttachmentId,
  phase: "done" | "failed",
  failure: string | null,
): Promise<void> {
  const settled = await locked(client, async (change) => {
    const upload = await change.read("uploads", id);
    if (!upload) return undefined;
    const changed = { ...upload, phase, failure };
    change.put("uploads", id, changed);
    const found =
      failure !== null && upload.messageId ? await findOutgoing(change, upload.messageId) : undefined;
    const outgoing = found && { ...found.value, failure };
    if (found && outgoing) change.put("outbox", found.key, outgoing);
    return { upload: changed, outgoing };
  });
  if (!settled) return;
  client.tell({ kind: "uploads", uploads: [uploadView(settled.upload, 0)], gone: [] });
  if (settled.outgoing) await tellOutgoing(client, settled.outgoing);
}
