import { dropAttachment } from "../../../src/protocol/attachments.ts";
import { type Client, locked } from "../client.ts";
import { findOutgoing } from "../outbox/outbox.ts";
import { isHere } from "../outbox/retry-message.ts";
import { readConversationView } from "../views.ts";
import type { AttachmentCommand } from "./commands.ts";
import { forgetUploads, idsIn, readUploads } from "./uploads.ts";

type CancelUpload = Extract<AttachmentCommand, { kind: "cancel_upload" }>;

/**
 * Takes back the message that waits for this file, and the file. Answers with its words; what else went with it
 * stands beside what is being written again. Undefined once the message may be on its way.
 */
export async function cancelUpload(
  client: Client,
  { messageId, attachmentId }: CancelUpload,
): Promise<string | undefined> {
  const taken = await locked(client, async (change) => {
    const found = await findOutgoing(change, messageId);
    const ids = (found && idsIn(found.value.content)) ?? [];
    if (!found || !isHere(found.value) || !ids.includes(attachmentId)) return undefined;
    change.remove("outbox", found.key);
    change.remove("message_ids", messageId);
    await forgetUploads(change, [attachmentId]);
    for (const id of ids.filter((one) => one !== attachmentId)) {
      const upload = await change.read("uploads", id);
      if (upload) change.put("uploads", id, { ...upload, messageId: null });
    }
    return { ids, ...found.value };
  });
  if (!taken) return undefined;
  const { conversationId, content, ids } = taken;
  client.tell({ kind: "removed", conversationId, ids: [messageId] });
  client.tell(await readUploads(client.vault, ids));
  const view = await readConversationView(client.vault, client.accountId, conversationId);
  if (view) client.tell({ kind: "conversations", conversations: [view], complete: false });
  // By itself it would go after a day.
  client.call(dropAttachment, { attachmentId }).catch(() => undefined);
  return content.kind === "text" ? content.text : "";
}
