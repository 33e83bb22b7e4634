import type { Content } from "../../../src/protocol/content.ts";
import type { ErasedEvent, MessageEvent } from "../../../src/protocol/delivery.ts";
import type { AccountId, ConversationId, MessageId } from "../../../src/protocol/ids.ts";
import type { Group } from "../../crypto/group.ts";
import { placed } from "../../storage/key.ts";
import type { ConversationRecord, MessageRecord } from "../../storage/records.ts";
import type { Change } from "../../storage/vault.ts";
import type { Client } from "../client.ts";
import { readGroup } from "../groups/group-at-rest.ts";

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
  /** Those of before that something was done about. */
  readonly changed: Map<MessageId, MessageRecord>;
  /** Somebody told of a profile that is not here. */
  profileTold: boolean;
}

export async function startBatch(
  client: Client,
  change: Change,
  id: ConversationId,
  conversation: ConversationRecord,
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
    changed: new Map(),
    profileTold: false,
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
  event: Pick<MessageRecord, "messageId" | "sequence" | "sentAt" | "writtenAt">,
  sender: AccountId,
  body: MessageRecord["body"],
): void {
  const { messageId, sequence, sentAt, writtenAt } = event;
  const { chain } = batch.conversation;
  const message: MessageRecord = { messageId, sequence, sentAt, writtenAt, sender, body, chain };
  batch.change.put("messages", placed(batch.id, sequence), message);
  batch.change.put("message_ids", messageId, {
    conversationId: batch.id,
    store: "messages",
    place: sequence,
  });
  batch.placed.push(message);
  if (isWritten(message)) batch.conversation = counted(batch, message);
}

type Said = Omit<Extract<Content, { kind: "text" }>, "version">;

export function bodyOf({ text, attachments, replyTo, forwarded }: Said): MessageRecord["body"] {
  return {
    kind: "text",
    text,
    ...(attachments === undefined ? {} : { attachments }),
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(forwarded === undefined ? {} : { forwarded }),
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
  return { ...seen, lastTheirs: sequence, unread, shelf: { ...conversation.shelf, archived } };
}
