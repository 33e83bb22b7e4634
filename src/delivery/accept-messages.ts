import type { Answering } from "../answer.ts";
import type { App } from "../app.ts";
import { forgetNamed, noteNamed } from "../attachments/name-attachments.ts";
import { readAudiences } from "../conversations/read-audience.ts";
import type { Database, Queries, Writing } from "../db/database.ts";
import { take } from "../limits/take.ts";
import type { Audience } from "../live/hub.ts";
import { readPrivateMessageHeader } from "../mls/read-private-message.ts";
import type { MessageEvent, SendMessage, sendMessages } from "../protocol/delivery.ts";
import type { ConversationId } from "../protocol/ids.ts";
import { Refusal } from "../refusal.ts";
import { demandAsSigned } from "./demand-as-signed.ts";
import { eraseDeleted } from "./erase-deleted.ts";
import {
  dropCollapsed,
  type Incoming,
  insertMessages,
  noteWritten,
  raiseCounters,
  raiseHeads,
} from "./incoming-messages.ts";
import { type Accepted, type Desk, judgeRequest, keyOf, openDesk, type Verdict } from "./judge-messages.ts";
import { countUndelivered, noteStored } from "./undelivered.ts";

const MOST_IN_ONE_WRITE = 256;
/** What is told at once must fit into what may wait for a reader: see `socket.ts`. */
const MOST_BYTES_IN_ONE_WRITE = 256 * 1024;

export const answerSendMessages: Answering<typeof sendMessages> = async (input, request) => {
  const { app, session } = request;
  const { conversationId, messages } = input;
  const { accountId, deviceId } = session;
  take(request, "message", deviceId, messages.length);
  const incoming = messages.map((message) => ({
    message: { conversationId, ...message },
    accountId,
    deviceId,
  }));
  await countUndelivered(app, accountId, bytesOf(messages));
  return { accepted: await acceptMessages(app, incoming) };
};

/**
 * Answers once these messages of one device to one conversation are durable, after which they are told: as
 * many as are taken, in their order; a first one that is refused is thrown. What arrives while a write runs
 * shares the next one: one transaction and one fsync for all, in the order of arrival.
 */
export function acceptMessages(app: App, incoming: readonly Incoming[]): Promise<Accepted[]> {
  for (const { message } of incoming) demandMatchingHeader(message);
  const [first] = incoming;
  if (first === undefined) return Promise.resolve([]);
  const queue = queueOf(app, first.message.conversationId);
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
  demandAsSigned(message, header.authenticatedData);
}

function bytesOf(messages: readonly { readonly ciphertext: Uint8Array }[]): number {
  return messages.reduce((sum, { ciphertext }) => sum + ciphertext.byteLength, 0);
}

interface Waiting {
  readonly incoming: readonly Incoming[];
  readonly resolve: (accepted: Accepted[]) => void;
  readonly reject: (error: unknown) => void;
}

interface Queue {
  waiting: Waiting[];
  isRunning: boolean;
}

const queues = new WeakMap<Database, Map<number, Queue>>();

/** As many as the database has lanes; a conversation's is always the same, so that its order stays. */
function queueOf({ db }: App, conversationId: ConversationId): Queue {
  const ofDatabase = queues.get(db) ?? new Map<number, Queue>();
  queues.set(db, ofDatabase);
  const lane = Bun.hash.crc32(conversationId) % db.lanes;
  const queue = ofDatabase.get(lane) ?? { waiting: [], isRunning: false };
  ofDatabase.set(lane, queue);
  return queue;
}

async function drain(app: App, queue: Queue) {
  queue.isRunning = true;
  while (queue.waiting.length > 0) {
    // SQLite's writes do not return to the event loop: let all that has arrived meanwhile be read first.
    await new Promise(setImmediate);
    const batch = takeBatch(queue);
    try {
      const outcome = await app.db.write((tx) => writeBatch(app, tx, batch), "read_committed");
      tell(app, batch, outcome);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
  queue.isRunning = false;
}

function takeBatch({ waiting }: Queue): Waiting[] {
  let [count, bytes] = [0, 0];
  const end = waiting.findIndex(({ incoming }, index) => {
    count += incoming.length;
    for (const { message } of incoming) bytes += message.ciphertext.byteLength;
    return index > 0 && (count > MOST_IN_ONE_WRITE || bytes > MOST_BYTES_IN_ONE_WRITE);
  });
  return waiting.splice(0, end < 0 ? waiting.length : end);
}

interface Outcome {
  readonly verdicts: readonly Verdict[];
  readonly told: ReadonlyMap<ConversationId, readonly MessageEvent[]>;
  readonly audiences: ReadonlyMap<ConversationId, Audience>;
}

/** Persisted first, told then: sockets in the order of the sequences, then each sender. */
function tell(app: App, batch: readonly Waiting[], { verdicts, told, audiences }: Outcome) {
  const now = app.clock.now();
  for (const [conversationId, all] of told) {
    for (const { senderAccountId, ciphertext } of all)
      noteStored(app, senderAccountId, ciphertext.byteLength);
    const audience = audiences.get(conversationId);
    const events = all.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now);
    if (audience !== undefined && events.length > 0)
      app.hub.tellConversation(audience, { t: "events", conversationId, events });
  }
  for (const [index, { resolve, reject }] of batch.entries()) {
    const verdict = verdicts[index];
    if (verdict === undefined) reject(new Error("a message was left without a verdict"));
    else if (verdict.refused === undefined || verdict.accepted.length > 0) resolve(verdict.accepted);
    else reject(new Refusal(verdict.refused, undefined, verdict.wait));
  }
}

async function writeBatch(app: App, tx: Writing, batch: readonly Waiting[]): Promise<Outcome> {
  const desk = await openDesk(
    tx,
    batch.flatMap(({ incoming }) => incoming),
    app.clock.now(),
  );
  const verdicts: Verdict[] = [];
  for (const { incoming } of batch) verdicts.push(await judgeRequest(app, tx, incoming, desk));
  const { told } = desk;
  if (told.size > 0) await store(tx, desk);
  return { verdicts, told, audiences: await audiencesOf(app, tx, desk) };
}

async function store(tx: Writing, { told, heads, standings, wrote }: Desk) {
  const senders = new Set<string>();
  for (const [conversationId, events] of told)
    for (const event of events) senders.add(keyOf(conversationId, event.senderDeviceId));
  const raised = [...standings].filter(([key]) => senders.has(key)).map(([, standing]) => standing);
  await Promise.all([
    insertMessages(tx, told),
    raiseHeads(tx, new Map([...heads].filter(([id]) => told.has(id)))),
    raiseCounters(tx, raised),
    noteWritten(tx, [...wrote.values()]),
  ]);
  for (const [conversationId, events] of told)
    for (const event of events) {
      if (event.collapseKey !== undefined) await dropCollapsed(tx, conversationId, event);
      if (event.deletes !== undefined) {
        await eraseDeleted(tx, conversationId, event.senderAccountId, event.deletes);
        await forgetNamed(tx, conversationId, event.senderAccountId, event.deletes);
      }
      if (event.attachmentIds !== undefined) await noteNamed(tx, conversationId, event.attachmentIds, event);
    }
}

/** Recipients are read inside the write; those whose version the hub has are not read again. */
function audiencesOf(
  app: App,
  tx: Queries,
  { told, standings }: Desk,
): Promise<Map<ConversationId, Audience>> {
  const versions = new Map<ConversationId, number>();
  for (const standing of standings.values())
    if (told.has(standing.conversationId)) versions.set(standing.conversationId, standing.membershipVersion);
  return readAudiences(app, tx, versions);
}
