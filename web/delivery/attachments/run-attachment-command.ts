import { dropAttachment } from "../../../src/protocol/attachments.ts";
import type { AttachmentId } from "../../../src/protocol/ids.ts";
import { type Client, locked } from "../client.ts";
import type { LiveSession } from "../session/live-session.ts";
import { attach, stopSealing } from "./attach.ts";
import { cancelUpload } from "./cancel-upload.ts";
import type { AttachmentCommand } from "./commands.ts";
import { fetchFile, stopFetch } from "./fetch-file.ts";
import { forgetUploads, uploadView } from "./uploads.ts";

/** Fetched with the first of these: the encryption of files is not part of opening a chat. */
export async function runAttachmentCommand(
  session: LiveSession,
  command: AttachmentCommand,
): Promise<Blob | string | undefined> {
  const { client } = session;
  switch (command.kind) {
    case "attach":
      return attach(session, command);
    case "pause_upload":
      return moveTo(client, command.attachmentId, "uploading", "paused");
    case "resume_upload":
      await moveTo(client, command.attachmentId, "paused", "uploading");
      await moveTo(client, command.attachmentId, "failed", "uploading");
      session.uploads.push();
      return undefined;
    case "drop_upload":
      return drop(client, command.attachmentId);
    case "cancel_upload":
      return cancelUpload(client, command);
    case "stop_fetch":
      return stopFetch(client, command.attachmentId);
    case "fetch_file":
      return fetchFile(client, command.messageId, command.attachmentId);
  }
}

type Phase = "uploading" | "paused" | "failed";

async function moveTo(client: Client, id: AttachmentId, from: Phase, to: Phase): Promise<undefined> {
  const moved = await locked(client, async (change) => {
    const upload = await change.read("uploads", id);
    if (upload?.phase !== from) return undefined;
    const changed = { ...upload, phase: to, failure: null };
    change.put("uploads", id, changed);
    return changed;
  });
  if (moved) client.tell({ kind: "uploads", uploads: [uploadView(moved, 0)], gone: [] });
}

/** Only what no message has taken yet; the server forgets it too, by itself after a day if it cannot be told. */
async function drop(client: Client, id: AttachmentId): Promise<undefined> {
  stopSealing(client, id);
  const dropped = await locked(client, async (change) => {
    const upload = await change.read("uploads", id);
    if (upload?.messageId) return false;
    await forgetUploads(change, [id]);
    return true;
  });
  if (!dropped) return;
  client.tell({ kind: "uploads", uploads: [], gone: [id] });
  client.call(dropAttachment, { attachmentId: id }).catch(() => undefined);
}
