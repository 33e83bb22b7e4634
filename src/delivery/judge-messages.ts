import type { App } from "../app.ts";
import { lockNameable, mayName, type Nameable } from "../attachments/name-attachments.ts";
import type { Queries, Writing } from "../db/database.ts";
import type { MessageEvent } from "../protocol/delivery.ts";
import type { AccountId, ConversationId, MessageId } from "../protocol/ids.ts";
import type { RefusalCode } from "../protocol/refusals.ts";
import { pauseOf, type RoleList } from "../protocol/role-list.ts";
import {
  type Incoming,
  type Known,
  liesBehindRemove,
  readKnown,
  readStandings,
  type Standing,
} from "./incoming-messages.ts";
import { isAlwaysTaken, maySend, pauseLeft, readLimits } from "./may-write.ts";
import { hasRoom } from "./undelivered.ts";

/** Messages of earlier epochs are taken this far back, unless somebody was removed since. */
const PAST_EPOCHS = 3;

export interface Accepted {
  readonly sequence: number;
  readonly sentAt: number;
}

/** On one request: what was taken, up to the first that was refused. */
export interface Verdict {
  readonly accepted: Accepted[];
  readonly refused: RefusalCode | undefined;
  /** Milliseconds after which it will be taken, where that is known. */
  readonly wait?: number;
}

/** What the database says before the batch, carried forward message by message. */
export interface Desk {
  readonly sentAt: number;
  readonly standings: Map<string, Standing>;
  readonly heads: Map<ConversationId, number>;
  readonly known: Map<string, Known>;
  /** What has been taken, to be stored and told. */
  readonly told: Map<ConversationId, MessageEvent[]>;
  /** Bytes that this batch takes, by sender. */
  readonly added: Map<AccountId, number>;
  /** Of conversations where not everybody may write, or not at will. */
  readonly limits: ReadonlyMap<ConversationId, RoleList>;
  /** Files that may be named, as they stay until the write ends. */
  readonly nameable: Nameable;
  /** After which their senders have to pause. */
  readonly paced: Set<Incoming>;
  /** Taken back by what this batch takes. */
  readonly takenBack: Set<MessageId>;
  /** When those who have to pause last wrote, by conversation and account. */
  readonly wrote: Map<string, Wrote>;
}

interface Wrote {
  readonly conversationId: ConversationId;
  readonly accountId: AccountId;
  readonly at: number;
}

export async function openDesk(tx: Writing, incoming: readonly Incoming[], sentAt: number): Promise<Desk> {
  const senders = new Map(incoming.map((one) => [keyOf(one.message.conversationId, one.deviceId), one]));
  // Standings first, which lock: one connection runs these one after the other.
  const [standings, taken] = await Promise.all([
    readStandings(tx, [...senders.values()]),
    readKnown(tx, incoming),
  ]);
  const desk: Desk = {
    sentAt,
    standings: new Map(),
    heads: new Map(),
    known: new Map(),
    told: new Map(),
    added: new Map(),
    limits: await readLimits(tx, standings),
    nameable: await lockNameable(
      tx,
      incoming.map(({ message }) => message),
    ),
    paced: new Set(),
    takenBack: new Set(),
    wrote: new Map(),
  };
  for (const standing of standings) {
    if (standing === undefined) continue;
    desk.standings.set(keyOf(standing.conversationId, standing.deviceId), standing);
    desk.heads.set(standing.conversationId, standing.head);
  }
  for (const [index, { message }] of incoming.entries()) {
    const known = taken[index];
    if (known !== undefined) desk.known.set(keyOf(message.conversationId, message.messageId), known);
  }
  return desk;
}

/** Message by message in order; the first that is refused ends it. */
export async function judgeRequest(
  app: App,
  tx: Queries,
  incoming: readonly Incoming[],
  desk: Desk,
): Promise<Verdict> {
  const accepted: Accepted[] = [];
  for (const one of incoming) {
    const verdict =
      (await judge(tx, one, desk)) ?? (await judgeWriting(tx, one, desk)) ?? judgeRoom(app, one, desk);
    if (verdict === "message.too_soon") return { accepted, refused: verdict, wait: waitOf(one, desk) };
    if (typeof verdict === "string") return { accepted, refused: verdict };
    accepted.push(verdict ?? place(one, desk));
  }
  return { accepted, refused: undefined };
}

/** After all else: what is known already, or would be refused anyhow, takes no room. */
function judgeRoom(app: App, { accountId, message }: Incoming, { added }: Desk): RefusalCode | undefined {
  const bytes = (added.get(accountId) ?? 0) + message.ciphertext.byteLength;
  if (!hasRoom(app, accountId, bytes)) return "message.too_much_waiting";
  added.set(accountId, bytes);
  return undefined;
}

/** Also one that was taken back since. */
const WRITTEN = ["message", "erased"];

/** Undefined: to be taken. A known id is answered as before, whatever has changed since. */
async function judge(tx: Queries, one: Incoming, desk: Desk): Promise<Accepted | RefusalCode | undefined> {
  const { conversationId, messageId, counter } = one.message;
  const standing = desk.standings.get(keyOf(conversationId, one.deviceId));
  const known = desk.known.get(keyOf(conversationId, messageId));
  if (known && WRITTEN.includes(known.kind) && known.senderDeviceId === one.deviceId) {
    return { sequence: known.sequence, sentAt: known.sentAt };
  }
  if (standing === undefined) return "conversation.not_found";
  if (known !== undefined) return "message.replayed";
  if (!(await isInTime(tx, one, standing))) return "message.epoch_passed";
  if (counter <= standing.counter) return "message.replayed";
  return mayName(desk.nameable, one.message) ? undefined : "attachment.not_found";
}

/** Where not everybody may write, or not at will; undefined for no objection. */
async function judgeWriting(tx: Queries, one: Incoming, desk: Desk): Promise<RefusalCode | undefined> {
  const { conversationId } = one.message;
  if (!desk.standings.get(keyOf(conversationId, one.deviceId))?.limitsWriting) return undefined;
  if (await isAlwaysTaken(tx, one, desk.takenBack)) return undefined;
  const roles = desk.limits.get(conversationId);
  // A list that cannot be read lets nobody write.
  if (roles === undefined) return "message.not_allowed";
  if (!maySend(roles, one)) return "message.not_allowed";
  if (pauseOf(roles, one.accountId) === 0) return undefined;
  if (waitOf(one, desk) > 0) return "message.too_soon";
  desk.paced.add(one);
  return undefined;
}

function waitOf(one: Incoming, { limits, standings, wrote, sentAt }: Desk): number {
  const { accountId, deviceId, message } = one;
  const roles = limits.get(message.conversationId);
  const before = standings.get(keyOf(message.conversationId, deviceId))?.wroteAt ?? 0;
  const at = wrote.get(keyOf(message.conversationId, accountId))?.at ?? before;
  return roles === undefined ? 0 : pauseLeft(roles, one, at, sentAt);
}

/** Gives the next sequence and remembers it for the rest of the batch. */
function place(one: Incoming, desk: Desk): Accepted {
  const { message, deviceId } = one;
  const { conversationId, messageId, counter, deletes } = message;
  const { sentAt } = desk;
  if (deletes !== undefined) desk.takenBack.add(deletes);
  const sequence = (desk.heads.get(conversationId) ?? 0) + 1;
  desk.heads.set(conversationId, sequence);
  const key = keyOf(conversationId, deviceId);
  const standing = desk.standings.get(key);
  if (standing !== undefined) desk.standings.set(key, { ...standing, counter });
  desk.known.set(keyOf(conversationId, messageId), {
    kind: "message",
    senderDeviceId: deviceId,
    sequence,
    sentAt,
  });
  const { accountId } = one;
  if (desk.paced.has(one))
    desk.wrote.set(keyOf(conversationId, accountId), { conversationId, accountId, at: sentAt });
  const accepted = { sequence, sentAt };
  const told = desk.told.get(conversationId);
  if (told === undefined) desk.told.set(conversationId, [asEvent(one, accepted)]);
  else told.push(asEvent(one, accepted));
  return accepted;
}

async function isInTime(tx: Queries, one: Incoming, standing: Standing): Promise<boolean> {
  const { generation, epoch } = one.message;
  if (generation !== standing.generation || epoch > standing.epoch || epoch < standing.joinedEpoch)
    return false;
  if (epoch === standing.epoch) return true;
  return epoch >= standing.epoch - PAST_EPOCHS && !(await liesBehindRemove(tx, one));
}

function asEvent({ message, accountId, deviceId }: Incoming, { sequence, sentAt }: Accepted): MessageEvent {
  const { conversationId: _, ...envelope } = message;
  return {
    kind: "message",
    sequence,
    senderAccountId: accountId,
    senderDeviceId: deviceId,
    sentAt,
    ...envelope,
  };
}

export function keyOf(one: string, other: string): string {
  return `${one} ${other}`;
}
