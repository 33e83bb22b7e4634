import type { ConversationId } from "../src/protocol/ids.ts";
import { type Member, seedConversation, seedMembers } from "../src/testing/seed.ts";
import { makeData, startElahe } from "./elahe-process.ts";
import { lanesOf } from "./measure-fan-out.ts";
import { sendMessageRequest } from "./message-request.ts";
import { percentile } from "./percentile.ts";
import { type Answers, sendRequests } from "./requests.ts";

const SIZE = 400;
const CONNECTIONS = 128;
const CONVERSATIONS = 1_000;

export interface Accepts {
  /** Durable acknowledgements a second, many conversations of two, as fast as answers come. */
  readonly perSecond: number;
  /** Milliseconds from send to acknowledgement at 500 sends a second. */
  readonly p50: number;
  readonly p99: number;
}

/** On SQLite, or in new databases of the PostgreSQL server at this address. */
export async function measureAccepts(postgresUrl?: string): Promise<Accepts> {
  const fast = await run({ messages: 40_000, postgresUrl });
  const calm = await run({ messages: 2_500, rate: 500, postgresUrl });
  return {
    perSecond: fast.latencies.length / fast.seconds,
    p50: percentile(calm.latencies, 0.5),
    p99: percentile(calm.latencies, 0.99),
  };
}

interface Load {
  readonly messages: number;
  readonly rate?: number;
  readonly postgresUrl: string | undefined;
}

async function run({ messages, rate, postgresUrl }: Load): Promise<Answers> {
  const pairs: { sender: Member; conversation: ConversationId }[] = [];
  const data = await makeData(async (db) => {
    const members = await seedMembers(db, CONVERSATIONS * 2);
    for (let index = 0; index < CONVERSATIONS; index += 1) {
      const two = members.slice(index * 2, index * 2 + 2);
      const [sender] = two;
      if (sender !== undefined) pairs.push({ sender, conversation: await seedConversation(db, two) });
    }
  }, postgresUrl);
  const elahe = await startElahe(data);
  try {
    const requests = Array.from({ length: messages }, (_, index) => {
      const pair = pairs[index % pairs.length];
      if (pair === undefined) throw new Error("no conversation was seeded");
      return sendMessageRequest(elahe, {
        ...pair,
        counter: Math.floor(index / pairs.length) + 1,
        size: SIZE,
      });
    });
    const answers = await sendRequests({
      port: elahe.port,
      // A conversation's messages stay in one lane: 1,000 is no multiple of 128, so split by pair.
      lanes: lanesByPair(requests, pairs.length),
      ...(rate === undefined ? {} : { rate }),
    });
    if (answers.statuses.get(200) !== messages) throw new Error(`answers: ${[...answers.statuses]}`);
    return answers;
  } finally {
    await elahe.stop();
  }
}

function lanesByPair<Item>(requests: readonly Item[], pairs: number): Item[][] {
  const byPair = lanesOf(requests, pairs);
  return lanesOf(byPair, CONNECTIONS).map((group) => interleave(group));
}

/** The first of each, then the second of each, …: an order that keeps each row's own. */
function interleave<Item>(rows: readonly (readonly Item[])[]): Item[] {
  const longest = Math.max(...rows.map((row) => row.length));
  return Array.from({ length: longest }, (_, turn) =>
    rows.flatMap((row) => row.slice(turn, turn + 1)),
  ).flat();
}
