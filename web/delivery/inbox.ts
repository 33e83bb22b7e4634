import type { CommitEvent, ConversationEvent, MessageEvent } from "../../src/protocol/delivery.ts";
import type { AccountId, ConversationId } from "../../src/protocol/ids.ts";
import { decryptMessage } from "../crypto/decrypt-message.ts";
import { CryptoFailure } from "../crypto/failure.ts";
import type { Group } from "../crypto/group.ts";
import { receiveCommit } from "../crypto/receive-commit.ts";
import { extendSeenChain } from "../crypto/seen-chain.ts";
import { between, placed } from "../storage/key.ts";
import type { ConversationRecord, MessageRecord, Outgoing } from "../storage/records.ts";
import type { Change } from "../storage/vault.ts";
import { type Client, locked } from "./client.ts";
import { putGroup, readGroup } from "./group-at-rest.ts";
import { ownBetween } from "./marks.ts";
import { same } from "./pins.ts";
import { chainAt, startChain } from "./seen-chain.ts";
import { messageView, readConversationView } from "./views.ts";

/** Where one batch of events stands: folded event by event, written once. */
interface Batch {
  readonly client: Client;
  readonly change: Change;
  readonly id: ConversationId;
  readonly before: ConversationRecord;
  conversation: ConversationRecord;
  group: Group | undefined;
  groupChanged: boolean;
  readonly placed: MessageRecord[];
}

/** How many events are decrypted and written in one step. */
const STEP = 50;
const WAITING = 100;

/**
 * Takes events in the order of their sequence: decrypts, then commits messages, group state and cursor
 * together, then tells. What cannot be decrypted is kept as such; a storage failure stops the cursor.
 */
export async function receiveEvents(
  client: Client,
  id: ConversationId,
  events: readonly ConversationEvent[],
  upTo: number,
): Promise<void> {
  for (let start = 0; start < events.length; start += STEP) {
    await receiveStep(client, id, events.slice(start, start + STEP), 0);
  }
  await receiveStep(client, id, [], upTo);
}

async function receiveStep(
  client: Client,
  id: ConversationId,
  events: readonly ConversationEvent[],
  upTo: number,
): Promise<void> {
  const done = await locked(client, async (change) => {
    const conversation = await change.read("conversations", id);
    if (!conversation || (events.length === 0 && upTo <= conversation.cursor)) return undefined;
    const batch = await startBatch(client, change, id, conversation);
    for (const event of events) await receiveEvent(batch, event);
    batch.conversation = { ...batch.conversation, cursor: Math.max(batch.conversation.cursor, upTo) };
    if (await lacksEcho(batch)) batch.conversation = { ...batch.conversation, differs: true };
    if (batch.groupChanged && batch.group) await putGroup(change, id, batch.group);
    change.put("conversations", id, batch.conversation);
    return batch;
  });
  if (done) await tellBatch(client, done);
}

async function startBatch(
  client: Client,
  change: Change,
  id: ConversationId,
  conversation: ConversationRecord,
): Promise<Batch> {
  const group = await readGroup(client, change, id);
  return { client, change, id, before: conversation, conversation, group, groupChanged: false, placed: [] };
}

async function receiveEvent(batch: Batch, event: ConversationEvent): Promise<void> {
  if (event.sequence <= batch.conversation.cursor) return;
  if (event.generation === batch.conversation.generation) {
    if (event.kind === "commit") await receiveChange(batch, event);
    else await receiveMessage(batch, event);
  }
  batch.conversation = { ...batch.conversation, cursor: event.sequence };
}

async function receiveMessage(batch: Batch, event: MessageEvent): Promise<void> {
  const known = await batch.change.read("message_ids", event.messageId);
  if (known?.store === "messages") return;
  const isOwn = event.senderDeviceId === batch.client.deviceId;
  const key = isOwn && known ? placed(batch.id, known.place) : undefined;
  const outgoing = key === undefined ? undefined : await batch.change.read("outbox", key);
  /** What this device wrote itself passes or stays as it wrote it, whatever the envelope says now. */
  if (!passing(outgoing?.envelope ?? event)) {
    batch.conversation = {
      ...batch.conversation,
      chain: await extendSeenChain(batch.conversation.chain, event.ciphertext),
    };
  }
  if (!isOwn) return receiveForeign(batch, event);
  if (outgoing?.content.kind === "read" || (outgoing === undefined && passing(event))) return;
  if (receiveEcho(batch, event, outgoing) && key !== undefined) batch.change.remove("outbox", key);
}

/** Whether a message of this device was accepted into a place that has been passed without it. */
async function lacksEcho({ change, id, conversation }: Batch): Promise<boolean> {
  if (conversation.differs) return false;
  const waiting = await change.list("outbox", { ...between(id, 0), limit: WAITING });
  for (const { key, value } of waiting) {
    const passed = value.accepted !== null && value.accepted.sequence <= conversation.cursor;
    if (passed && (await change.read("outbox", key))) return true;
  }
  return false;
}

/** The own message has come back in its place: from now on it stands in the timeline. */
function receiveEcho(batch: Batch, event: MessageEvent, outgoing: Outgoing | undefined): boolean {
  const envelope = outgoing?.envelope;
  const ours = envelope && same(envelope.ciphertext, event.ciphertext);
  if (!ours || passing(envelope) !== passing(event)) doubt(batch, event);
  if (!ours || outgoing.content.kind !== "text") return false;
  putInPlace(batch, event, batch.client.accountId, { kind: "text", text: outgoing.content.text });
  return true;
}

async function receiveForeign(batch: Batch, event: MessageEvent): Promise<void> {
  const decrypted = await tryDecrypt(batch, event);
  if (!decrypted) return putInPlace(batch, event, event.senderAccountId, { kind: "not_decrypted" });
  batch.group = decrypted.group;
  batch.groupChanged = true;
  const { sender, content, authenticatedData } = decrypted;
  const claimed = sender.accountId === event.senderAccountId && sender.deviceId === event.senderDeviceId;
  if (!claimed) return doubt(batch, event);
  const expected = await chainAt(batch.change, batch.id, batch.placed, authenticatedData.lastSeen);
  const agrees = expected === undefined || same(expected, authenticatedData.seenChain);
  if (!agrees || decrypted.forked || authenticatedData.lastSeen >= event.sequence) {
    batch.conversation = { ...batch.conversation, differs: true };
  }
  if (content?.kind === "read") receiveReadMark(batch, sender.accountId, content.upTo, event.sequence);
  else if (content) putInPlace(batch, event, sender.accountId, { kind: "text", text: content.text });
  else
    putInPlace(batch, event, sender.accountId, { kind: "not_understood", content: decrypted.contentBytes });
}

async function tryDecrypt({ group }: Batch, { ciphertext, messageId, frankingTag }: MessageEvent) {
  if (!group) return undefined;
  try {
    return await decryptMessage(group, {
      ciphertext,
      messageId,
      ...(frankingTag === undefined ? {} : { frankingTag }),
    });
  } catch (cause) {
    if (cause instanceof CryptoFailure) return undefined;
    throw cause;
  }
}

function receiveReadMark(batch: Batch, sender: AccountId, claimed: number, sequence: number): void {
  const upTo = Math.min(claimed, sequence);
  if (sender !== batch.client.accountId) {
    const read = Math.max(upTo, batch.conversation.read);
    /** Whoever has read has received. */
    const delivered = Math.max(read, batch.conversation.delivered);
    batch.conversation = { ...batch.conversation, read, delivered };
    return;
  }
  if (upTo <= batch.conversation.readUpTo) return;
  const unread = upTo >= batch.conversation.lastTheirs ? 0 : batch.conversation.unread;
  batch.conversation = { ...batch.conversation, readUpTo: upTo, unread };
}

/** A change of the group is judged before it is merged; a refused one freezes the conversation. */
async function receiveChange(batch: Batch, event: CommitEvent): Promise<void> {
  if (!batch.group || batch.conversation.state === "frozen") return;
  if (BigInt(event.epoch) < BigInt(batch.group.epoch)) return;
  try {
    const received = await receiveCommit(batch.group, event.commit);
    if (received.kind === "removed") return freeze(batch);
    batch.group = received.group;
    batch.groupChanged = true;
    const chain = await startChain(received.group);
    batch.conversation = { ...batch.conversation, chain };
    putInPlace(batch, { ...event, messageId: event.commitId }, event.senderAccountId, { kind: "commit" });
  } catch (cause) {
    if (!(cause instanceof CryptoFailure)) throw cause;
    freeze(batch);
  }
}

function freeze(batch: Batch): void {
  batch.conversation = { ...batch.conversation, state: "frozen" };
}

/** Something under a name that did not write it: it is shown as unreadable and the conversation says so. */
function doubt(batch: Batch, event: MessageEvent): void {
  batch.conversation = { ...batch.conversation, differs: true };
  if (event.senderDeviceId !== batch.client.deviceId) {
    putInPlace(batch, event, event.senderAccountId, { kind: "not_decrypted" });
  }
}

function putInPlace(
  batch: Batch,
  event: Pick<MessageEvent, "messageId" | "sequence" | "sentAt">,
  sender: AccountId,
  body: MessageRecord["body"],
): void {
  const { messageId, sequence, sentAt } = event;
  const message: MessageRecord = {
    messageId,
    sequence,
    sentAt,
    sender,
    body,
    chain: batch.conversation.chain,
  };
  batch.change.put("messages", placed(batch.id, sequence), message);
  batch.change.put("message_ids", messageId, {
    conversationId: batch.id,
    store: "messages",
    place: sequence,
  });
  batch.placed.push(message);
  if (body.kind !== "commit") batch.conversation = counted(batch, message);
}

function counted({ conversation, client }: Batch, message: MessageRecord): ConversationRecord {
  const { sequence, sentAt } = message;
  const seen = { ...conversation, last: message, changedAt: Math.max(conversation.changedAt, sentAt) };
  if (message.sender === client.accountId) return { ...seen, lastOwn: sequence };
  const unread = conversation.unread + (sequence > conversation.readUpTo ? 1 : 0);
  return { ...seen, lastTheirs: sequence, unread };
}

/** Read marks and disappearing messages may be gone for those who come later: the chain leaves them out. */
function passing({ collapseKey, expiresAt }: Pick<MessageEvent, "collapseKey" | "expiresAt">): boolean {
  return collapseKey !== undefined || expiresAt !== undefined;
}

async function tellBatch(client: Client, batch: Batch): Promise<void> {
  const { id, conversation, before } = batch;
  const raised = await ownBetween(client, id, before.read, conversation.read);
  const fresh = [...raised, ...batch.placed].flatMap(
    (message) => messageView(client.accountId, id, conversation, message) ?? [],
  );
  if (fresh.length > 0) client.tell({ kind: "messages", conversationId: id, messages: fresh });
  const view = await readConversationView(client.vault, client.accountId, id);
  if (view) client.tell({ kind: "conversations", conversations: [view], complete: false });
}
