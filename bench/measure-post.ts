import { encodeBinary } from "../src/protocol/codec.ts";
import { PROTOCOL_VERSION, SOCKET_PATH } from "../src/protocol/delivery.ts";
import type { ConversationId } from "../src/protocol/ids.ts";
import { type Member, randomBytes, seedConversation, seedMembers } from "../src/testing/seed.ts";
import { makeData, startElahe } from "./elahe-process.ts";
import { sendMessageRequest } from "./message-request.ts";
import { percentile } from "./percentile.ts";
import { sendRequests } from "./requests.ts";
import { type Listeners, type Listening, openListeners } from "./sockets.ts";
import { startBareServer } from "./start-bare-server.ts";

const SIZE = 400;
const POSTS = 30;
const PAUSE_MS = 300;

/** Milliseconds from sending a message until a member has it, over all members and posts. */
export interface Post {
  readonly p50: number;
  readonly p99: number;
}

/** One message at a time to so many connected members, beside a bare publish of the same bytes. */
export async function measurePost(members: number): Promise<{ durable: Post; bare: Post }> {
  return { bare: await postBare(members), durable: await postDurable(members) };
}

async function postBare(members: number): Promise<Post> {
  const server = await startBareServer();
  const arrivals = watchArrivals(members);
  const listeners = await openListeners({ ...arrivals.listening, url: server.url, headers: () => ({}) });
  const sender = new WebSocket(server.url);
  await new Promise((resolve) => {
    sender.onopen = resolve;
  });
  const frame = randomBytes(SIZE);
  const times = await arrivals.time(listeners, async () => sender.send(frame));
  sender.close();
  await server.stop();
  return times;
}

async function postDurable(members: number): Promise<Post> {
  let people: Member[] = [];
  let conversation: ConversationId | undefined;
  const folder = await makeData(async (db) => {
    people = await seedMembers(db, members);
    conversation = await seedConversation(db, people);
  });
  const elahe = await startElahe(folder);
  try {
    const [sender] = people;
    if (conversation === undefined || sender === undefined) throw new Error("nothing was seeded");
    const given = { sender, conversation, size: SIZE };
    const arrivals = watchArrivals(members);
    const listeners = await openListeners({
      ...arrivals.listening,
      url: `ws://localhost:${elahe.port}${SOCKET_PATH}`,
      headers: (index) => ({ Origin: elahe.origin, Cookie: `elahe=${people[index]?.token}` }),
      hello: encodeBinary({ t: "hello", protocol: PROTOCOL_VERSION, build: "bench" }),
    });
    return await arrivals.time(listeners, async (counter) => {
      const request = sendMessageRequest(elahe, { ...given, counter });
      await sendRequests({ port: elahe.port, lanes: [[request]] });
    });
  } finally {
    await elahe.stop();
  }
}

function watchArrivals(members: number) {
  let sentAt = 0;
  let waits: number[] = [];
  const listening: Pick<Listening, "count" | "countOf"> = {
    count: members,
    countOf(frame) {
      if (frame.byteLength < SIZE) return 0;
      waits.push(performance.now() - sentAt);
      return 1;
    },
  };
  return {
    listening,
    async time(listeners: Listeners, send: (post: number) => Promise<unknown>): Promise<Post> {
      for (let post = 1; post <= POSTS; post += 1) {
        await Bun.sleep(PAUSE_MS);
        sentAt = performance.now();
        await Promise.all([send(post), listeners.arrived(members * post)]);
        // The first subscribes all the sockets: what a conversation pays once after a start.
        if (post === 1) waits = [];
      }
      listeners.close();
      const all = Float64Array.from(waits);
      return { p50: percentile(all, 0.5), p99: percentile(all, 0.99) };
    },
  };
}
