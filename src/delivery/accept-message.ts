import type { Answering } from "../answer.ts";
import type { App } from "../app.ts";
import { readAudiences } from "../conversations/read-audience.ts";
import type { Database, Queries, Writing } from "../db/database.ts";
import type { Audience } from "../live/hub.ts";
import { readPrivateMessageHeader } from "../mls/read-private-message.ts";
import type { MessageEvent, SendMessage, sendMessage } from "../protocol/delivery.ts";
import type { ConversationId } from "../protocol/ids.ts";
import type { RefusalCode } from "../protocol/refusals.ts";
import { Refusal } from "../refusal.ts";
import {
  dropCollapsed,
  type Incoming,
  insertMessages,
  type Known,
  liesBehindRemove,
  raiseCounters,
  raiseHeads,
  readKnown,
  readStandings,
  type Standing,
} from "./incoming-messages.ts";

/** Messages of earlier epochs are taken this far back, unless somebody was removed since. */
const PAST_EPOCHS = 3;
const MOST_IN_ONE_WRITE = 256;
/** What is told at once must fit into what may wait for a reader: see `socket.ts`. */
const MOST_BYTES_IN_ONE_WRITE = 256 * 1024;

type Accepted = { readonly sequence: number; readonly sentAt: number };

export const answerSendMessage: Answering<typeof sendMessage> = (message, { app, session }) =>
  acceptMessage(app, { message, accountId: session.accountId, deviceId: session.deviceId });

/**
 * Answers once the message is durable, after which it is told. Messages that arrive while a write runs share
 * the next one: one transaction and one fsync for all of them, in the order of their arrival.
 */
export function acceptMessage(app: App, incoming: Incoming): Promise<Accepted> {
  demandMatchingHeader(incoming.message);
  const queue = queueOf(app);
  return new Promise((resolve, reject) => {
    queue.waiting.push({ incoming, resolve, reject });
    if (!queue.isRunning) void drain(app, queue);
  });
}

function demandMatchingHeader(message: SendMessage) {
  const header = readPrivateMessageHeader(message.ciphertext);
  const matches =
    header.conversationId === message.conversationId &&
    header.generation === message.generation &&
    header.epoch === message.epoch;
  if (!matches) throw new Refusal("request.malformed");
}

interface Waiting {
  readonly incoming: Incoming;
  readonly resolve: (accepted: Accepted) => void;
  readonly reject: (error: unknown) => void;
}

interface Queue {
  waiting: Waiting[];
  isRunning: boolean;
}

const queues = new WeakMap<Database, Queue>();

function queueOf({ db }: App): Queue {
  const known = queues.get(db);
  if (known !== undefined) return known;
  const made: Queue = { waiting: [], isRunning: false };
  queues.set(db, made);
  return made;
}

async function drain(app: App, queue: Queue) {
  queue.isRunning = true;
  while (queue.waiting.length > 0) {
    // SQLite's writes do not return to the event loop: let all that has arrived meanwhile be read first.
    await new Promise(setImmediate);
    const batch = takeBatch(queue);
    try {
      const outcome = await app.db.write((tx) => writeBatch(app, tx, batch));
      tell(app, batch, outcome);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
  queue.isRunning = false;
}

function takeBatch({ waiting }: Queue): Waiting[] {
  let bytes = 0;
  const end = waiting.findIndex(({ incoming }, index) => {
    bytes += incoming.message.ciphertext.byteLength;
    return index === MOST_IN_ONE_WRITE || (index > 0 && bytes > MOST_BYTES_IN_ONE_WRITE);
  });
  return waiting.splice(0, end < 0 ? waiting.length : end);
}

type Verdict = { readonly accepted: Accepted } | { readonly refused: RefusalCode };

interface Outcome {
  readonly verdicts: readonly Verdict[];
  readonly told: readonly { readonly conversationId: ConversationId; readonly event: MessageEvent }[];
  readonly audiences: ReadonlyMap<ConversationId, Audience>;
}

/** Persisted first, told then: sockets in the order of the sequences, then each sender. */
function tell(app: App, batch: readonly Waiting[], { verdicts, told, audiences }: Outcome) {
  const now = app.clock.now();
  for (const { conversationId, event } of told) {
    const audience = audiences.get(conversationId);
    if (event.expiresAt !== undefined && event.expiresAt <= now) continue;
    if (audience !== undefined) app.hub.tellConversation(audience, { t: "event", conversationId, event });
  }
  for (const [index, { resolve, reject }] of batch.entries()) {
    const verdict = verdicts[index];
    if (verdict === undefined) reject(new Error("a message was left without a verdict"));
    else if ("accepted" in verdict) resolve(verdict.accepted);
    else reject(new Refusal(verdict.refused));
  }
}

async function writeBatch(app: App, tx: Writing, batch: readonly Waiting[]): Promise<Outcome> {
  const incoming = batch.map((one) => one.incoming);
  const desk = await openDesk(tx, incoming);
  const sentAt = app.clock.now();
  const verdicts: Verdict[] = [];
  const told: { conversationId: ConversationId; event: MessageEvent }[] = [];
  for (const one of incoming) {
    const standing = desk.standings.get(keyOf(one.message.conversationId, one.deviceId));
    const verdict = await judge(tx, one, standing, desk);
    verdicts.push(verdict ?? { accepted: take(one, desk, sentAt) });
    const taken = verdicts.at(-1);
    if (verdict === undefined && taken !== undefined && "accepted" in taken) {
      told.push({ conversationId: one.message.conversationId, event: asEvent(one, taken.accepted) });
    }
  }
  if (told.length > 0) await store(tx, told, desk);
  return { verdicts, told, audiences: await audiencesOf(app, tx, told, desk) };
}

/** What the database says before the batch, carried forward message by message. */
interface Desk {
  readonly standings: Map<string, Standing>;
  readonly heads: Map<ConversationId, number>;
  readonly known: Map<string, Known>;
}

async function openDesk(tx: Writing, incoming: readonly Incoming[]): Promise<Desk> {
  const desk: Desk = { standings: new Map(), heads: new Map(), known: new Map() };
  for (const standing of await readStandings(tx, incoming)) {
    if (standing === undefined) continue;
    desk.standings.set(keyOf(standing.conversationId, standing.deviceId), standing);
    desk.heads.set(standing.conversationId, standing.head);
  }
  const taken = await readKnown(tx, incoming);
  for (const [index, { message }] of incoming.entries()) {
    const known = taken[index];
    if (known !== undefined) desk.known.set(keyOf(message.conversationId, message.messageId), known);
  }
  return desk;
}

/** Undefined: to be taken. A known id is answered as before, whatever has changed since. */
async function judge(
  tx: Queries,
  one: Incoming,
  standing: Standing | undefined,
  desk: Desk,
): Promise<Verdict | undefined> {
  const { conversationId, messageId, counter } = one.message;
  const known = desk.known.get(keyOf(conversationId, messageId));
  if (known?.kind === "message" && known.senderDeviceId === one.deviceId) {
    return { accepted: { sequence: known.sequence, sentAt: known.sentAt } };
  }
  if (standing === undefined) return { refused: "conversation.not_found" };
  if (known !== undefined) return { refused: "message.replayed" };
  if (!(await isInTime(tx, one, standing))) return { refused: "message.epoch_passed" };
  return counter > standing.counter ? undefined : { refused: "message.replayed" };
}

/** Gives the next sequence and remembers it for the rest of the batch. */
function take({ message, deviceId }: Incoming, desk: Desk, sentAt: number): Accepted {
  const { conversationId, messageId, counter } = message;
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
  return { sequence, sentAt };
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

async function store(tx: Writing, told: Outcome["told"], { heads, standings }: Desk) {
  await insertMessages(tx, told);
  for (const { conversationId, event } of told) await dropCollapsed(tx, conversationId, event);
  const touched = new Set(told.map(({ conversationId }) => conversationId));
  await raiseHeads(tx, new Map([...heads].filter(([id]) => touched.has(id))));
  const senders = new Set(
    told.map(({ conversationId, event }) => keyOf(conversationId, event.senderDeviceId)),
  );
  const raised = [...standings].filter(([key]) => senders.has(key));
  await raiseCounters(
    tx,
    raised.map(([, standing]) => standing),
  );
}

/** Recipients are read inside the write; those whose version the hub has are not read again. */
function audiencesOf(
  app: App,
  tx: Queries,
  told: Outcome["told"],
  { standings }: Desk,
): Promise<Map<ConversationId, Audience>> {
  const versions = new Map<ConversationId, number>();
  for (const { conversationId, event } of told) {
    const standing = standings.get(keyOf(conversationId, event.senderDeviceId));
    if (standing !== undefined) versions.set(conversationId, standing.membershipVersion);
  }
  return readAudiences(app, tx, versions);
}

function keyOf(one: string, other: string): string {
  return `${one} ${other}`;
}
