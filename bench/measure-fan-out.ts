import { encodeBinary } from "../src/protocol/codec.ts";
import { PROTOCOL_VERSION, SOCKET_PATH, TOGETHER } from "../src/protocol/delivery.ts";
import type { ConversationId } from "../src/protocol/ids.ts";
import { type Member, randomBytes, seedConversation, seedMembers } from "../src/testing/seed.ts";
import { type ElaheProcess, makeData, startElahe } from "./elahe-process.ts";
import { sendMessageRequest } from "./message-request.ts";
import { sendRequests } from "./requests.ts";
import { openListeners } from "./sockets.ts";
import { startBareServer } from "./start-bare-server.ts";

const SIZE = 400;
/** A member's devices send in order, each one request at a time with what waits, as the client's outbox does. */
const SENDING_DEVICES = 16;

export interface FanOut {
  readonly members: number;
  readonly barePerSecond: number;
  readonly durablePerSecond: number;
}

/** Deliveries a second to `members` connected members, beside a bare publish of the same bytes. */
export async function measureFanOut(members: number): Promise<FanOut> {
  const messages = roundUp(Math.max(1_000, Math.min(150_000, 1_500_000 / members)), TOGETHER.messages);
  return {
    members,
    barePerSecond: await measureBare(members, messages),
    durablePerSecond: await measureDurable(members, messages),
  };
}

async function measureBare(members: number, messages: number): Promise<number> {
  const server = await startBareServer();
  const { url } = server;
  const listeners = await openListeners({ url, headers: () => ({}), count: members, countOf: () => 1 });
  const sender = new WebSocket(url);
  await new Promise((resolve) => {
    sender.onopen = resolve;
  });
  const frame = randomBytes(SIZE);
  const startedAt = performance.now();
  for (let sent = 0; sent < messages; sent += 1) {
    sender.send(frame);
    // Keep the sending buffer short, as an acknowledged sender would.
    if (sent % 64 === 63) await listeners.arrived(members * (sent - 63));
  }
  await listeners.arrived(members * messages);
  const seconds = (performance.now() - startedAt) / 1000;
  listeners.close();
  sender.close();
  await server.stop();
  return (members * messages) / seconds;
}

async function measureDurable(members: number, messages: number): Promise<number> {
  let senders: Member[] = [];
  let readers: Member[] = [];
  let conversation: ConversationId | undefined;
  const folder = await makeData(async (db) => {
    senders = await seedMembers(db, SENDING_DEVICES);
    readers = await seedMembers(db, members);
    conversation = await seedConversation(db, [...senders, ...readers]);
  });
  const elahe = await startElahe(folder);
  try {
    if (conversation === undefined) throw new Error("no conversation was seeded");
    return await deliver({ elahe, senders, readers, conversation, messages });
  } finally {
    await elahe.stop();
  }
}

interface Delivery {
  readonly elahe: ElaheProcess;
  readonly senders: readonly Member[];
  readonly readers: readonly Member[];
  readonly conversation: ConversationId;
  readonly messages: number;
}

async function deliver({ elahe, senders, readers, conversation, messages }: Delivery): Promise<number> {
  const listeners = await openListeners({
    url: `ws://localhost:${elahe.port}${SOCKET_PATH}`,
    headers: (index) => ({ Origin: elahe.origin, Cookie: `elahe=${readers[index]?.token}` }),
    count: readers.length,
    countOf: eventsIn(conversation),
    hello: encodeBinary({ t: "hello", protocol: PROTOCOL_VERSION, build: "bench" }),
  });
  const together = TOGETHER.messages;
  const requests = Array.from({ length: messages / together }, (_, index) => {
    const sender = senders[index % senders.length];
    if (sender === undefined) throw new Error("no sender was seeded");
    const counter = Math.floor(index / senders.length) * together + 1;
    return sendMessageRequest(elahe, { sender, conversation, counter, size: SIZE, together });
  });
  const startedAt = performance.now();
  const [answers] = await Promise.all([
    sendRequests({ port: elahe.port, lanes: lanesOf(requests, senders.length) }),
    listeners.arrived(readers.length * messages),
  ]);
  const seconds = (performance.now() - startedAt) / 1000;
  listeners.close();
  if (answers.statuses.get(200) !== requests.length) throw new Error(`answers: ${[...answers.statuses]}`);
  return (readers.length * messages) / seconds;
}

/**
 * How many events a frame carries, read from the head of its last array without decoding the rest: the
 * receivers share the machine with the server.
 */
function eventsIn(conversationId: ConversationId): (frame: DataView) => number {
  const sample = encodeBinary({ t: "events", conversationId, events: [] });
  const at = sample.byteLength - 1;
  const NAME = 4;
  return (frame) => {
    if (frame.byteLength <= at || frame.getUint8(NAME) !== sample[NAME]) return 0;
    const head = frame.getUint8(at);
    return head === 0xdc ? frame.getUint16(at + 1) : head & 0x0f;
  };
}

/** Each sending device's requests, in order. */
export function lanesOf<Item>(items: readonly Item[], lanes: number): Item[][] {
  return Array.from({ length: lanes }, (_, lane) => items.filter((_item, index) => index % lanes === lane));
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
