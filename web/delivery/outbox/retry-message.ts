import type { ConversationId, MessageId } from "../../../src/protocol/ids.ts";
import type { Outgoing } from "../../storage/records.ts";
import { forgetUploads, idsIn, uploadAgain } from "../attachments/uploads.ts";
import { type Client, locked } from "../client.ts";
import { readConversationView } from "../views.ts";
import { enqueue } from "./enqueue.ts";
import { isTooOld } from "./is-too-old.ts";
import { findOutgoing } from "./outbox.ts";
import { tellOutgoing } from "./tell-outgoing.ts";

/**
 * The person wants a failed message sent after all, or one that waits for its time: at the end of the line, encrypted
 * anew. Always under its own id: whoever has it already, unknown to the server by now, does not take it twice.
 */
export async function retryMessage(client: Client, id: MessageId): Promise<ConversationId | undefined> {
  const retried = await locked(client, async (change) => {
    const found = await findOutgoing(change, id);
    if (!found || (found.value.failure === null && found.value.sendAt === undefined)) return undefined;
    const outgoing = { ...asDue(client, found.value), failure: null, envelope: null };
    await uploadAgain(change, idsIn(outgoing.content) ?? []);
    change.remove("outbox", found.key);
    await enqueue(client, change, outgoing);
    return outgoing;
  });
  if (retried) await tellOutgoing(client, retried);
  return retried?.conversationId;
}

/** As if it had been written now: it is as old as its time, or as the word that it still goes out. */
export function asDue(client: Client, outgoing: Outgoing): Outgoing {
  const { sendAt, ...due } = outgoing;
  if (sendAt === undefined && !isTooOld(client, outgoing)) return outgoing;
  return { ...due, createdAt: client.platform.clock.now() };
}

/** Only what failed, or still waits for its files or its time, can be discarded: all else may be on its way. */
export async function discardMessage(client: Client, id: MessageId): Promise<void> {
  const conversationId = await locked(client, async (change) => {
    const found = await findOutgoing(change, id);
    if (!found || !isHere(found.value)) return undefined;
    change.remove("outbox", found.key);
    change.remove("message_ids", id);
    await forgetUploads(change, idsIn(found.value.content) ?? []);
    return found.value.conversationId;
  });
  if (!conversationId) return;
  client.tell({ kind: "removed", conversationId, ids: [id] });
  const view = await readConversationView(client.vault, client.accountId, conversationId);
  if (view) client.tell({ kind: "conversations", conversations: [view], complete: false });
}

/** Nobody but this device knows of it yet. */
export function isHere({ content, envelope, failure, sendAt }: Outgoing): boolean {
  if (failure !== null || sendAt !== undefined) return true;
  return envelope === null && idsIn(content) !== undefined;
}
