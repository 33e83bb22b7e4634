import { CHUNK, showAttachmentRules } from "../../../src/protocol/attachments.ts";
import { recognise } from "../../attachments/recognise.ts";
import { sealFile } from "../../attachments/seal-file.ts";
import { placed } from "../../storage/key.ts";
import { StorageFailed } from "../../storage/storage.ts";
import { type Client, locked } from "../client.ts";
import type { Command } from "../commands.ts";
import { codeOf, Failed, Refused, Unreachable } from "../failures.ts";
import type { UploadView } from "../patches.ts";
import type { LiveSession } from "../session/live-session.ts";
import { judgeFile } from "./judge-file.ts";
import { uploadView } from "./uploads.ts";

export type Attach = Extract<Command, { kind: "attach" }>;

/** What is being sealed now, and who wants it stopped. */
const sealing = new WeakMap<Client, Map<string, AbortController>>();

/**
 * Seals the file into this device's own storage, from where it is uploaded however often the page is closed
 * meanwhile. Answers at once; how far it is comes as patches.
 */
export async function attach({ client, uploads }: LiveSession, command: Attach): Promise<undefined> {
  const { id } = command.about;
  const running = sealing.get(client) ?? new Map<string, AbortController>();
  sealing.set(client, running);
  if (running.has(id) || (await client.vault.read("uploads", id))) return undefined;
  const stop = new AbortController();
  running.set(id, stop);
  void sealIn(client, command, stop.signal)
    .then(() => uploads.push())
    .catch((cause) => {
      if (stop.signal.aborted) return;
      tellUpload(client, { ...viewOf(command), phase: "failed", failure: codeOf(cause) });
      if (cause instanceof StorageFailed) client.tellFailure(cause);
    })
    .finally(() => running.delete(id));
  return undefined;
}

/** True when it was still being sealed. */
export function stopSealing(client: Client, id: string): boolean {
  const stop = sealing.get(client)?.get(id);
  stop?.abort();
  return stop !== undefined;
}

async function sealIn(client: Client, command: Attach, stop: AbortSignal): Promise<void> {
  const { about, conversationId, file } = command;
  tellUpload(client, viewOf(command));
  const leads = await readLead(file);
  await demandAllowed(client, { about, leads, size: file.size });
  let kept = 0;
  const drop = () => dropPieces(client, about.id, kept);
  try {
    const sealed = await sealFile(readable(file), CHUNK, async (bytes, index) => {
      stop.throwIfAborted();
      await client.vault.change(async (change) => change.put("pieces", placed(about.id, index), { bytes }));
      kept = index + 1;
      tellUpload(client, { ...viewOf(command), done: Math.min(1, (kept * CHUNK) / Math.max(1, file.size)) });
    });
    stop.throwIfAborted();
    const upload = {
      conversationId,
      attachment: { ...about, ...sealed, size: file.size },
      createdAt: client.platform.clock.now(),
      phase: "uploading",
      failure: null,
      messageId: null,
      leads,
    } as const;
    await locked(client, async (change) => change.put("uploads", about.id, upload));
    tellUpload(client, uploadView(upload, 0));
  } catch (cause) {
    await drop().catch(() => undefined);
    throw cause;
  }
}

/** What the server would refuse is said before anything is done; without network it is said later. */
export async function demandAllowed(
  client: Client,
  {
    about,
    leads,
    size,
  }: { readonly about: { name: string; type: string }; leads: string | null | undefined; size: number },
): Promise<void> {
  try {
    const rules = await client.call(showAttachmentRules, {});
    const verdict = judgeFile(rules.allowed, { ...about, leads });
    if (verdict !== "allowed") throw new Failed(verdict);
    if (size > rules.largest) throw new Refused("attachment.too_large", "");
    if (size > rules.quota - rules.used) throw new Refused("attachment.quota_full", "");
  } catch (cause) {
    if (!(cause instanceof Unreachable)) throw cause;
  }
}

async function readLead(file: Blob): Promise<string | null> {
  try {
    return (await recognise(file)) ?? null;
  } catch {
    throw new Failed("attachment.unreadable");
  }
}

function dropPieces(client: Client, id: string, count: number): Promise<void> {
  return client.vault.change(async (change) => {
    for (let index = 0; index < count; index += 1) change.remove("pieces", placed(id, index));
  });
}

/** A file that was changed or taken away since it was chosen fails here, and nowhere else. */
function readable(file: Blob): ReadableStream<Uint8Array> {
  const reader = file.stream().getReader();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch {
        controller.error(new Failed("attachment.unreadable"));
      }
    },
  });
}

function viewOf({ about, conversationId, file }: Attach): UploadView {
  return {
    ...about,
    size: file.size,
    conversationId,
    phase: "sealing",
    done: 0,
    failure: undefined,
    messageId: undefined,
  };
}

function tellUpload(client: Client, upload: UploadView): void {
  client.tell({ kind: "uploads", uploads: [upload], gone: [] });
}
