import { TEXT_LIMIT } from "../../../src/protocol/content.ts";
import {
  type AttachmentId,
  type ConversationId,
  type MessageId,
  newMessageId,
} from "../../../src/protocol/ids.ts";
import { isQuestion, type Poll } from "../../../src/protocol/polls.ts";
import { between } from "../../storage/key.ts";
import type { Outgoing } from "../../storage/records.ts";
import type { Change } from "../../storage/vault.ts";
import { forgetUploads, idsIn, readUploads, takeUploads, uploadAgain } from "../attachments/uploads.ts";
import { type Client, locked } from "../client.ts";
import { Failed, Refused } from "../failures.ts";
import { calledIn } from "../groups/calls.ts";
import { meet } from "../people/hear.ts";
import { readConversationView } from "../views.ts";
import { enqueue } from "./enqueue.ts";
import { isTooOld } from "./is-too-old.ts";
import { findOutgoing } from "./outbox.ts";
import { tellOutgoing } from "./tell-outgoing.ts";

/** What goes with the words. */
export interface Beside {
  readonly attachments?: readonly AttachmentId[];
  readonly replyTo?: MessageId;
  readonly poll?: Poll;
  readonly sendAt?: number;
}

/** Keeps the message before anything else happens; asked twice under one id, it is kept once. */
export async function writeMessage(
  client: Client,
  conversationId: ConversationId,
  text: string,
  messageId: MessageId,
  { attachments: attachmentIds = [], replyTo, poll, sendAt }: Beside = {},
): Promise<MessageId> {
  if (text.length > TEXT_LIMIT || (poll && !isQuestion(text, poll))) throw new Failed("too_long");
  const bare: Outgoing = {
    messageId,
    conversationId,
    content: { kind: "text", text },
    createdAt: client.platform.clock.now(),
    envelope: null,
    accepted: null,
    failure: null,
  };
  const outgoing = await locked(client, async (change) => {
    const conversation = await change.read("conversations", conversationId);
    if (!conversation) throw new Refused("conversation.not_found", "");
    if (conversation.identityChanged) throw new Failed("identity_changed");
    if (conversation.state === "frozen") throw new Failed("crypto");
    if (await change.read("message_ids", messageId)) return bare;
    const attachments = await takeUploads(change, conversationId, attachmentIds, messageId);
    const content = {
      kind: "text" as const,
      text,
      ...(replyTo === undefined ? {} : { replyTo }),
      ...(poll === undefined ? {} : { poll }),
      ...(attachments.length > 0 ? { attachments } : {}),
      ...calledIn(client.accountId, conversation, text),
      ...(conversation.timer === undefined ? {} : { expiresIn: conversation.timer }),
    };
    const outgoing = { ...bare, content, ...(sendAt === undefined ? {} : { sendAt }) };
    if (conversation.peer) await meet(change, conversation.peer.accountId, "me");
    await enqueue(client, change, outgoing);
    if (!poll) change.remove("drafts", conversationId);
    return outgoing;
  });
  if (attachmentIds.length > 0) client.tell(await readUploads(client.vault, attachmentIds));
  await tellOutgoing(client, outgoing);
  return messageId;
}

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

/** The newest read mark replaces one that is not encrypted yet. */
export async function writeReadMark(change: Change, client: Client, id: ConversationId, upTo: number) {
  const waiting = await change.list("outbox", { ...between(id, 0), limit: 1_000 });
  const stale = waiting.find(({ value }) => value.content.kind === "read" && value.envelope === null);
  if (stale && (await change.read("outbox", stale.key))) {
    change.put("outbox", stale.key, { ...stale.value, content: { kind: "read", upTo } });
    return;
  }
  await enqueue(client, change, {
    messageId: newMessageId(),
    conversationId: id,
    content: { kind: "read", upTo },
    createdAt: client.platform.clock.now(),
    envelope: null,
    accepted: null,
    failure: null,
  });
}
