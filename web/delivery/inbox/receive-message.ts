import type { MessageEvent } from "../../../src/protocol/delivery.ts";
import { type AccountId, type MessageId, newId } from "../../../src/protocol/ids.ts";
import { decryptMessage, type MessageDecrypted } from "../../crypto/decrypt-message.ts";
import { CryptoFailure } from "../../crypto/failure.ts";
import { extendSeenChain } from "../../crypto/seen-chain.ts";
import { placed } from "../../storage/key.ts";
import type { Outgoing, OutgoingContent } from "../../storage/records.ts";
import { forgetUploads, idsIn } from "../attachments/uploads.ts";
import { catchUpDeeds, receiveDeed } from "../deeds/receive-deed.ts";
import { hearHeads } from "../devices/hear-heads.ts";
import { receiveTimer } from "../expiry/receive-timer.ts";
import { callsAfter } from "../groups/calls.ts";
import { withMark, withSlowest } from "../groups/people.ts";
import { isUnheard } from "../people/hear.ts";
import { hearOfProfile } from "../profiles/profile-records.ts";
import { asEnveloped } from "./as-enveloped.ts";
import {
  amend,
  type Batch,
  bodyOf,
  doubtGroup,
  needRepair,
  putAgain,
  putInPlace,
  putLost,
  takePlace,
} from "./batch.ts";
import { mayBeHeard } from "./may-be-heard.ts";
import { same } from "./pins.ts";
import type { GroupSaid } from "./receive-group-said.ts";
import { chainAt } from "./seen-chain.ts";
import { writtenAt } from "./written-at.ts";

/** What waits here under the id of a message that came back. */
interface Waiting {
  readonly key: string;
  readonly outgoing: Outgoing;
}

export async function receiveMessage(batch: Batch, event: MessageEvent): Promise<void> {
  const known = await takePlace(batch, event.messageId);
  if (known?.store === "messages") return seeAgain(batch, event, known.place);
  const isOwn = event.senderDeviceId === batch.client.deviceId;
  const waiting = isOwn && known ? await readWaiting(batch, placed(batch.id, known.place)) : undefined;
  const opened = isOwn ? undefined : await tryDecrypt(batch, event);
  const bound = typeof opened === "object" ? opened.authenticatedData : undefined;
  /** It passes or stays as its sender wrote it, whatever the envelope says now. */
  if (!passing(waiting?.outgoing.envelope ?? bound ?? event)) {
    amend(batch, { chain: await extendSeenChain(batch.conversation.chain, event.ciphertext) });
  }
  if (isOwn) await receiveOwn(batch, event, waiting);
  else await receiveForeign(batch, event, opened);
}

/**
 * Sent once more, or replayed: it is shown once, and counts among what was seen, as it does for the others. One
 * that opens and was written under another id was to be hidden behind this one, whoever it is said to be from; and so
 * was one by somebody else than who wrote what stands here, which is shown under an id of its own.
 */
async function seeAgain(batch: Batch, event: MessageEvent, place: number): Promise<void> {
  const opened = await tryDecrypt(batch, event);
  if (typeof opened === "object") keepGroup(batch, opened);
  const isPassing = passing(event);
  if (!isPassing) amend(batch, { chain: await extendSeenChain(batch.conversation.chain, event.ciphertext) });
  const stored = await batch.change.read("messages", placed(batch.id, place));
  const isHidden =
    typeof opened === "object" &&
    stored?.messageId === event.messageId &&
    stored.sender !== opened.sender.accountId;
  if (isHidden) {
    amend(batch, { differs: true });
    await receiveForeign(batch, { ...event, messageId: newId<MessageId>() }, opened);
  } else if (!isPassing) putAgain(batch, event);
}

async function readWaiting({ change }: Batch, key: string): Promise<Waiting | undefined> {
  const outgoing = await change.read("outbox", key);
  return outgoing && { key, outgoing };
}

/** The own message has come back in its place: from now on it stands in the timeline. */
async function receiveOwn(batch: Batch, event: MessageEvent, waiting: Waiting | undefined): Promise<void> {
  const envelope = waiting?.outgoing.envelope;
  if (!waiting || !envelope || !same(envelope.ciphertext, event.ciphertext))
    return receiveUnknownOwn(batch, event, waiting);
  if (waiting.outgoing.content.kind === "read") return;
  if (!isSameEnvelope(envelope, event)) doubt(batch, event);
  await takeOut(batch, event, waiting, waiting.outgoing.content);
}

/**
 * This device's name on something that it does not remember sending. A counter beyond its own shows that it is
 * an older copy of itself: it opens what it can and comes back anew. Else somebody has changed something.
 */
async function receiveUnknownOwn(
  batch: Batch,
  event: MessageEvent,
  waiting: Waiting | undefined,
): Promise<void> {
  const isOld = event.counter > batch.conversation.counter;
  if (isOld) noteCounter(batch, event.counter);
  const content = waiting?.outgoing.content;
  if (content?.kind === "read" || (!waiting && passing(event))) return;
  /** Nobody else knew this id: it was sent after the copy was made. */
  if (content && !waiting?.outgoing.envelope) return takeOut(batch, event, waiting, content);
  const opened = await tryDecrypt(batch, event);
  if (typeof opened === "object" && opened.sender.deviceId === batch.client.deviceId) {
    keepGroup(batch, opened);
    if (opened.content?.kind === "read") return;
    if (opened.content) return takeOut(batch, event, waiting, opened.content);
  }
  if (!waiting && (isOld || batch.conversation.state === "repairing")) putLost(batch, event);
  else doubt(batch, event);
}

const FARTHEST = 2 ** 48;

/** The server has taken more from this device than it remembers: it is a copy of an earlier time. */
export function noteCounter(batch: Batch, counter: number): void {
  if (counter <= batch.conversation.counter) return;
  if (counter < FARTHEST) amend(batch, { counter });
  needRepair(batch);
}

type Shown = Exclude<OutgoingContent, { kind: "read" }>;

type Place = Pick<MessageEvent, "messageId" | "sequence" | "sentAt">;

/** What was written here takes its place. */
export async function takeOut(
  batch: Batch,
  event: Place,
  waiting: Waiting | undefined,
  said: Shown,
): Promise<void> {
  const written = {
    ...event,
    writtenAt: waiting && whenWritten(batch, event, waiting.outgoing),
    expiresAt: waiting?.outgoing.envelope?.expiresAt,
  };
  const me = batch.client.accountId;
  if (isGroupSaid(said)) hearGroupSaid(batch, written, me, said);
  else if (said.kind === "timer") receiveTimer(batch, written, me, said);
  else if (said.kind === "text")
    putInPlace(batch, written, me, waiting?.outgoing.hidden ? { kind: "hidden" } : bodyOf(said));
  else await receiveDeed(batch, written, me, said);
  if (!waiting) return;
  batch.change.remove("outbox", waiting.key);
  await forgetUploads(batch.change, idsIn(waiting.outgoing.content) ?? []);
}

function whenWritten(batch: Batch, event: Place, { accepted, createdAt }: Outgoing): number | undefined {
  if (accepted) return accepted.writtenAt;
  return writtenAt(event.sentAt, batch.client.platform.clock.now() - createdAt);
}

async function receiveForeign(batch: Batch, event: MessageEvent, decrypted: Opened): Promise<void> {
  if (decrypted === "ahead") doubtGroup(batch);
  if (typeof decrypted !== "object") return putUnread(batch, event);
  keepGroup(batch, decrypted);
  const { sender, frankingKey: key, contentBytes, authenticatedData: bound } = decrypted;
  const franking = { messageId: event.messageId, key, content: contentBytes };
  const claimed = sender.accountId === event.senderAccountId && sender.deviceId === event.senderDeviceId;
  if (!claimed) return doubt(batch, event);
  await compare(batch, event, decrypted);
  const unheard = await isUnheard(batch, sender.accountId);
  if (!unheard) await hearHeads(batch, bound.deviceLogHeads);
  const said = unheard ? "unheard" : asEnveloped(decrypted);
  if (said === "unheard" || !mayBeHeard({ ...decrypted, ...said }))
    return putUnheard(batch, event, sender.accountId, bound);
  const { content } = said;
  const place = { ...event, expiresAt: bound.expiresAt ?? undefined };
  if (content?.kind === "text" && content.profile)
    batch.profileTold =
      (await hearOfProfile(batch.change, sender.accountId, content.profile)) || batch.profileTold;
  if (content?.kind === "read") receiveReadMark(batch, sender.accountId, content.upTo, event.sequence);
  else if (content && isGroupSaid(content)) hearGroupSaid(batch, event, sender.accountId, content);
  else if (content?.kind === "timer") receiveTimer(batch, event, sender.accountId, content);
  else if (content?.kind === "text") {
    putInPlace(batch, place, sender.accountId, bodyOf(content), franking);
    await catchUpDeeds(batch, event.messageId);
  } else if (content) await receiveDeed(batch, place, sender.accountId, content, franking);
  else putInPlace(batch, place, sender.accountId, { kind: "not_understood", content: contentBytes });
}

function isGroupSaid(content: { readonly kind: string }): content is GroupSaid {
  return content.kind === "about" || content.kind === "community";
}

/** Said in a conversation that is no group it is nothing. */
function hearGroupSaid(batch: Batch, event: Place, sender: AccountId, said: GroupSaid): void {
  if (batch.fetched.said) batch.fetched.said(batch, event, sender, said);
  else putInPlace(batch, event, sender, { kind: "commit" });
}

/** Only its place is kept, unless even that passes. */
function putUnheard(batch: Batch, event: MessageEvent, sender: AccountId, bound: Passing): void {
  if (!passing(bound)) putInPlace(batch, event, sender, { kind: "blocked" });
}

function putUnread(batch: Batch, event: MessageEvent): void {
  if (batch.conversation.state !== "repairing")
    putInPlace(batch, event, event.senderAccountId, { kind: "not_decrypted" });
  else if (!passing(event)) putLost(batch, event);
}

/** What the sender had seen against what this device has, where it saw everything. */
async function compare(
  batch: Batch,
  event: MessageEvent,
  { authenticatedData, forked, envelopeDiffers }: MessageDecrypted,
): Promise<void> {
  const { lastSeen, seenChain } = authenticatedData;
  const { blindUpTo, state } = batch.conversation;
  if (forked) needRepair(batch);
  const isBlind = lastSeen <= blindUpTo || state === "repairing";
  const expected = isBlind ? undefined : await chainAt(batch.change, batch.id, batch.placed, lastSeen);
  const agrees = expected === undefined || same(expected, seenChain);
  if (!agrees || forked || envelopeDiffers || lastSeen >= event.sequence) amend(batch, { differs: true });
}

function keepGroup(batch: Batch, { group }: MessageDecrypted): void {
  batch.group = group;
  batch.groupChanged = true;
}

/** `ahead`: of an epoch whose beginning did not reach this device. */
type Opened = MessageDecrypted | "ahead" | undefined;

async function tryDecrypt(batch: Batch, event: MessageEvent): Promise<Opened> {
  if (!batch.group) return undefined;
  try {
    return await decryptMessage(batch.group, event);
  } catch (cause) {
    if (!(cause instanceof CryptoFailure)) throw cause;
    if (cause.reason === "not_bound") amend(batch, { differs: true });
    return cause.reason === "wrong_epoch" ? "ahead" : undefined;
  }
}

function receiveReadMark(batch: Batch, sender: AccountId, claimed: number, sequence: number): void {
  const upTo = Math.min(claimed, sequence);
  const { conversation, client } = batch;
  if (sender !== client.accountId && conversation.kind === "group") {
    const marked = withMark(conversation, sender, { read: upTo });
    batch.conversation = withSlowest(client.accountId, marked);
    return;
  }
  if (sender !== client.accountId) {
    const read = Math.max(upTo, conversation.read);
    /** Whoever has read has received. */
    amend(batch, { read, delivered: Math.max(read, conversation.delivered) });
    return;
  }
  if (upTo <= conversation.readUpTo) return;
  const unread = upTo >= conversation.lastTheirs ? 0 : conversation.unread;
  amend(batch, { readUpTo: upTo, unread, calls: callsAfter(conversation.calls, upTo) });
}

/** Something under a name that did not write it: it is shown as unreadable and the conversation says so. */
function doubt(batch: Batch, event: MessageEvent): void {
  amend(batch, { differs: true });
  if (event.senderDeviceId !== batch.client.deviceId) {
    putInPlace(batch, event, event.senderAccountId, { kind: "not_decrypted" });
  }
}

/** Read marks and disappearing messages may be gone for those who come later: the chain leaves them out. */
function passing(of: Passing): boolean {
  return (of.collapseKey ?? null) !== null || (of.expiresAt ?? null) !== null;
}

interface Passing {
  readonly collapseKey?: string | null | undefined;
  readonly expiresAt?: number | null | undefined;
}

function isSameEnvelope(ours: NonNullable<Outgoing["envelope"]>, event: MessageEvent): boolean {
  return (
    ours.epoch === event.epoch &&
    ours.counter === event.counter &&
    ours.collapseKey === event.collapseKey &&
    ours.expiresAt === event.expiresAt &&
    ours.attachmentIds?.join() === event.attachmentIds?.join() &&
    ours.deletes === event.deletes &&
    same(ours.frankingTag ?? new Uint8Array(), event.frankingTag ?? new Uint8Array())
  );
}
