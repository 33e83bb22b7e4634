import * as v from "valibot";
import { CHUNK, openAttachment } from "../../../src/protocol/attachments.ts";
import type { Attachment } from "../../../src/protocol/content.ts";
import type { AttachmentId, MessageId } from "../../../src/protocol/ids.ts";
import { isRefusalCode, refusalBody } from "../../../src/protocol/refusal-body.ts";
import { SIZE } from "../../../src/protocol/values.ts";
import { FileDamaged, openFile } from "../../attachments/open-file.ts";
import { parts } from "../../attachments/seal-file.ts";
import { placed } from "../../storage/key.ts";
import type { Client } from "../client.ts";
import { Failed, Refused, Unreachable } from "../failures.ts";
import { readBounded } from "../platform/read-bounded.ts";
import { harmlessType } from "./harmless-type.ts";

const ATTEMPTS = 5;
const SILENCE = 30_000;
const PARTIAL = 206;

/** What comes now, and how each is stopped. */
const coming = new WeakMap<Client, Map<AttachmentId, AbortController>>();

/** The file itself, decrypted; nothing of it unless all of it is what its sender described. */
export async function fetchFile(
  client: Client,
  messageId: MessageId | undefined,
  id: AttachmentId,
): Promise<Blob> {
  const attachment = await findAttachment(client, messageId, id);
  if (!attachment) throw new Failed("attachment.gone");
  return (await openOwn(client, attachment)) ?? fetchFromServer(client, attachment);
}

/** Undefined where its pieces are not here, or go while they are read: the server has all of it then. */
async function openOwn(client: Client, attachment: Attachment): Promise<Blob | undefined> {
  if ((await client.vault.read("pieces", placed(attachment.id, 0))) === undefined) return undefined;
  try {
    return await openAs(attachment, ownPieces(client, attachment));
  } catch (cause) {
    if (cause instanceof Failed && cause.code === "attachment.gone") return undefined;
    throw cause;
  }
}

async function fetchFromServer(client: Client, attachment: Attachment): Promise<Blob> {
  const { id } = attachment;
  const wanted = comingTo(client).get(id) ?? new AbortController();
  comingTo(client).set(id, wanted);
  try {
    return await openAs(attachment, told(client, attachment, download(client, attachment, wanted.signal)));
  } catch (cause) {
    throw wanted.signal.aborted ? new Failed("attachment.stopped") : cause;
  } finally {
    comingTo(client).delete(id);
    client.tell({ kind: "fetching", attachmentId: id, done: undefined });
  }
}

/** Whoever waits for it is told that it was stopped. */
export function stopFetch(client: Client, id: AttachmentId): undefined {
  comingTo(client).get(id)?.abort();
}

function comingTo(client: Client): Map<AttachmentId, AbortController> {
  const known = coming.get(client) ?? new Map<AttachmentId, AbortController>();
  coming.set(client, known);
  return known;
}

async function openAs(attachment: Attachment, sealed: AsyncIterable<Uint8Array>): Promise<Blob> {
  try {
    return new Blob(await openFile(sealed, attachment), { type: harmlessType(attachment.type) });
  } catch (cause) {
    throw cause instanceof FileDamaged ? new Failed("attachment.damaged") : cause;
  }
}

/** Says in hundredths how much has come, whenever that changes. */
async function* told(client: Client, { id, sealedSize }: Attachment, sealed: AsyncIterable<Uint8Array>) {
  let [received, said] = [0, -1];
  const say = () => {
    const hundredths = Math.floor((100 * received) / sealedSize);
    if (hundredths === said) return;
    said = hundredths;
    client.tell({ kind: "fetching", attachmentId: id, done: hundredths / 100 });
  };
  say();
  for await (const part of sealed) {
    received += part.byteLength;
    say();
    yield part;
  }
}

async function findAttachment(
  { vault }: Client,
  messageId: MessageId | undefined,
  id: AttachmentId,
): Promise<Attachment | undefined> {
  if (messageId === undefined) return (await vault.read("uploads", id))?.attachment;
  // What leaves the outbox between the two looks is found in its place by the second.
  const said = (await findSaid(vault, messageId)) ?? (await findSaid(vault, messageId));
  return said?.kind === "text" ? said.attachments?.find((one) => one.id === id) : undefined;
}

async function findSaid(vault: Client["vault"], messageId: MessageId) {
  const known = await vault.read("message_ids", messageId);
  if (!known) return undefined;
  const key = placed(known.conversationId, known.place);
  return known.store === "outbox"
    ? (await vault.read("outbox", key))?.content
    : (await vault.read("messages", key))?.body;
}

async function* ownPieces({ vault }: Client, { id, sealedSize }: Attachment) {
  for (let index = 0; index * CHUNK < sealedSize; index += 1) {
    const piece = await vault.read("pieces", placed(id, index));
    if (!piece) throw new Failed("attachment.gone");
    yield piece.bytes;
  }
}

/** Goes on where the line was cut, as long as each attempt brings something. */
async function* download(client: Client, { id, sealedSize }: Attachment, wanted: AbortSignal) {
  let received = 0;
  for (let attempt = 1; received < sealedSize; ) {
    const before = received;
    try {
      for await (const part of parts(await ask(client, id, received, wanted))) {
        received += part.byteLength;
        yield part;
      }
      if (received < sealedSize) throw new Unreachable("the answer ended early");
    } catch (cause) {
      wanted.throwIfAborted();
      attempt = received > before ? 1 : attempt + 1;
      if (cause instanceof Refused || attempt > ATTEMPTS) throw cause;
      if (!(cause instanceof Unreachable) && !isCut(cause)) throw cause;
      await new Promise((resolve) => setTimeout(resolve, attempt * 500));
    }
  }
}

/** What a browser, or Bun, throws for a line that ends in the middle. */
function isCut(cause: unknown): boolean {
  return cause instanceof TypeError || (cause instanceof Error && !(cause instanceof FileDamaged));
}

async function ask(client: Client, attachmentId: AttachmentId, from: number, wanted: AbortSignal) {
  const { ticket } = await client.call(openAttachment, { attachmentId });
  const { origin } = client.platform;
  const stop = new AbortController();
  const silence = setTimeout(() => stop.abort(), SILENCE);
  try {
    const answer = await client.platform.fetch(
      `${origin}/api/attachments/${attachmentId}/content?ticket=${encodeURIComponent(ticket)}`,
      {
        method: "GET",
        headers: from > 0 ? { range: `bytes=${from}-` } : {},
        credentials: "same-origin",
        cache: "no-store",
        signal: AbortSignal.any([stop.signal, wanted]),
      },
    );
    if (!answer.ok || !answer.body) throw await refusal(answer);
    if (from > 0 && answer.status !== PARTIAL) throw new Unreachable("the server cannot go on in the middle");
    return watched(answer.body, stop);
  } finally {
    clearTimeout(silence);
  }
}

/** A line on which nothing comes any more is a line that is cut. */
function watched(body: ReadableStream<Uint8Array>, stop: AbortController): ReadableStream<Uint8Array> {
  let silence = setTimeout(() => stop.abort(), SILENCE);
  return body.pipeThrough(
    new TransformStream({
      transform(part, controller) {
        clearTimeout(silence);
        silence = setTimeout(() => stop.abort(), SILENCE);
        controller.enqueue(part);
      },
      flush: () => clearTimeout(silence),
    }),
  );
}

async function refusal(answer: Response): Promise<Refused | Unreachable> {
  try {
    const said: unknown = JSON.parse(new TextDecoder().decode(await readBounded(answer, SIZE.refusal)));
    const { errorCode, requestId } = v.parse(refusalBody, said);
    if (isRefusalCode(errorCode) && answer.status < 500 && answer.status !== 429)
      return new Refused(errorCode, requestId);
  } catch {
    // No refusal of ours: the server cannot be understood now.
  }
  return new Unreachable(`status ${answer.status}`);
}
