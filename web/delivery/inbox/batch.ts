import type { Content } from "../../../src/protocol/content.ts";
import type { ErasedEvent, MessageEvent } from "../../../src/protocol/delivery.ts";
import type { AccountId, ConversationId, MessageId } from "../../../src/protocol/ids.ts";
import type { Group } from "../../crypto/group.ts";
import { placed } from "../../storage/key.ts";
import type { ConversationRecord, FrankingRecord, MessageRecord } from "../../storage/records.ts";
import type { Change } from "../../storage/vault.ts";
import type { Client } from "../client.ts";
import { earlier, expiryOf, noteExpiry } from "../expiry/expiries.ts";
import { withCall } from "../groups/calls.ts";
import { readGroup } from "../groups/group-at-rest.ts";
import type { receiveGroupSaid } from "./receive-group-said.ts";

/** Where one batch of events stands: folded event by event, written once. */
export interface Batch {
  readonly client: Client;
  readonly change: Change;
  readonly id: ConversationId;
  readonly before: ConversationRecord;
  conversation: ConversationRecord;
  group: Group | undefined;
  groupChanged: boolean;
  readonly placed: MessageRecord[];
  /** Ids that are taken in another conversation. */
  readonly taken: Set<MessageId>;
  /** Those of before that something was done about. */
  readonly changed: Map<MessageId, MessageRecord>;
  /** Somebody told of a profile that is not here. */
  profileTold: boolean;
  /** The group has another one, or none any more. */
  picture: Uint8Array<ArrayBuffer> | null | undefined;
  /** Something came that disappears. */
  expires: boolean;
  readonly fetched: Fetched;
}

/** What only some conversations need, fetched before the lock is held. */
export interface Fetched {
  /** Only in slow mode. */
  readonly paced?: Paced | undefined;
  /** Only in groups. */
  readonly said?: typeof receiveGroupSaid | undefined;
}

export type Paced = (batch: Batch, message: MessageRecord) => MessageRecord;

export async function startBatch(
  client: Client,
  change: Change,
  id: ConversationId,
  conversation: ConversationRecord,
  fetched: Fetched = {},
): Promise<Batch> {
  const group = await readGroup(client, change, id);
  const batch: Batch = {
    client,
    change,
    id,
    before: conversation,
    conversation,
    group,
    groupChanged: false,
    placed: [],
    taken: new Set(),
    changed: new Map(),
    profileTold: false,
    picture: undefined,
    expires: false,
    fetched,
  };
  if (!group) needRepair(batch);
  return batch;
}

export function amend(batch: Batch, changes: Partial<ConversationRecord>): void {
  batch.conversation = { ...batch.conversation, ...changes };
}

/** The group is lost to this device, or no longer the others': it comes back into it as soon as it can. */
export function needRepair(batch: Batch): void {
  if (batch.conversation.state === "ready") amend(batch, { state: "repairing" });
}

/** The same, when it is not this device that forgot: a commit was withheld or changed, or the groups differ. */
export function doubtGroup(batch: Batch): void {
  if (batch.conversation.state === "ready") amend(batch, { differs: true });
  needRepair(batch);
}

/** A change that may not be: nothing is sent or followed any more, and it is said so. */
export function freeze(batch: Batch): void {
  amend(batch, { state: "frozen", frozenBy: "refused" });
}

/** Not shown one by one: where this device comes back it is said how many there were. */
export function putLost(batch: Batch, event: MessageEvent): void {
  putInPlace(batch, event, event.senderAccountId, { kind: "lost" });
  amend(batch, { lost: batch.conversation.lost + 1 });
}

/** Only a place among what was seen: the message itself stands where it came first. */
export function putAgain(
  batch: Batch,
  { messageId, sequence, sentAt, senderAccountId }: MessageEvent | ErasedEvent,
): void {
  const { chain } = batch.conversation;
  const body = { kind: "again" } as const;
  const message: MessageRecord = { messageId, sequence, sentAt, sender: senderAccountId, body, chain };
  batch.change.put("messages", placed(batch.id, sequence), message);
  batch.placed.push(message);
}

export function putInPlace(
  batch: Batch,
  /** `expiresAt`: as its sender signed it. */
  event: Pick<MessageRecord, "messageId" | "sequence" | "sentAt" | "writtenAt" | "expiresAt">,
  sender: AccountId,
  body: MessageRecord["body"],
  franking?: FrankingRecord,
): void {
  const { messageId, sequence, sentAt, writtenAt } = event;
  const { chain } = batch.conversation;
  const isKept = body.kind === "text" || body.kind === "not_understood";
  const expiresAt = isKept ? earlier(expiryOf(body, sentAt), event.expiresAt) : undefined;
  const isOver = expiresAt !== undefined && expiresAt <= batch.client.serverNow();
  const shown: MessageRecord["body"] = isOver ? { kind: "hidden" } : body;
  const bare = { messageId, sequence, sentAt, writtenAt, sender, body: shown, chain };
  const bound: MessageRecord = isOver ? bare : { ...bare, expiresAt, franking };
  const message = batch.fetched.paced?.(batch, bound) ?? bound;
  batch.change.put("messages", placed(batch.id, sequence), message);
  noteExpiry(batch.change, batch.id, message);
  batch.expires ||= message.expiresAt !== undefined;
  const place = { conversationId: batch.id, store: "messages", place: sequence } as const;
  batch.change.put("message_ids", batch.taken.has(messageId) ? scoped(batch, messageId) : messageId, place);
  batch.placed.push(message);
  if (isWritten(message)) batch.conversation = counted(batch, message);
}

/**
 * Where a message of this conversation stands, or waits. Its writer chose the id: the same in another conversation is
 * another message, and neither hides the other.
 */
export async function findPlace(batch: Batch, messageId: MessageId) {
  const first = await batch.change.read("message_ids", messageId);
  if (!first || first.conversationId === batch.id) return first;
  return batch.change.read("message_ids", scoped(batch, messageId));
}

/** The same for a message that is about to take its place. */
export async function takePlace(batch: Batch, messageId: MessageId) {
  const first = await batch.change.read("message_ids", messageId);
  if (first && first.conversationId !== batch.id) {
    batch.taken.add(messageId);
    batch.change.put("message_ids", messageId, { ...first, shared: true });
  }
  return findPlace(batch, messageId);
}

function scoped({ id }: Batch, messageId: MessageId): string {
  return `${id}|${messageId}`;
}

type Said = Omit<Extract<Content, { kind: "text" }>, "version">;

export function bodyOf({
  text,
  attachments,
  poll,
  replyTo,
  forwarded,
  mentions,
  mentionsAll,
  expiresIn,
}: Said): MessageRecord["body"] {
  return {
    kind: "text",
    text,
    ...(attachments === undefined ? {} : { attachments }),
    ...(poll === undefined ? {} : { poll }),
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(forwarded === undefined ? {} : { forwarded }),
    ...(mentions === undefined ? {} : { mentions }),
    ...(mentionsAll === undefined ? {} : { mentionsAll }),
    ...(expiresIn === undefined ? {} : { expiresIn }),
  };
}

const UNWRITTEN: readonly MessageRecord["body"]["kind"][] = [
  "commit",
  "lost",
  "again",
  "gap",
  "blocked",
  "change",
  "deed",
  "hidden",
];

/** False for what nobody wrote, or nobody is shown. */
export function isWritten({ body }: MessageRecord): boolean {
  return !UNWRITTEN.includes(body.kind);
}

function counted({ conversation, client }: Batch, message: MessageRecord): ConversationRecord {
  const { sequence, sentAt } = message;
  const isNewest = sequence >= (conversation.last?.sequence ?? 0);
  const last = isNewest ? message : conversation.last;
  const seen = { ...conversation, last, changedAt: Math.max(conversation.changedAt, sentAt) };
  if (message.sender === client.accountId) return { ...seen, lastOwn: sequence };
  const unread = conversation.unread + (sequence > conversation.readUpTo ? 1 : 0);
  /** What is put away comes back when somebody writes in it, unless nothing of it is to be heard. */
  const archived = conversation.shelf.archived && conversation.shelf.muted;
  const calls = withCall(client.accountId, conversation, message);
  return { ...seen, lastTheirs: sequence, unread, calls, shelf: { ...conversation.shelf, archived } };
}
