import { encodeBinary } from "../src/protocol/codec.ts";
import { PROTOCOL_VERSION, SOCKET_PATH } from "../src/protocol/delivery.ts";
import { type Member, seedConversation, seedMembers } from "../src/testing/seed.ts";
import { makeData, startElahe } from "./elahe-process.ts";
import { openListeners } from "./sockets.ts";

export interface Memory {
  readonly startedInMs: number;
  /** Bytes, a second after start. */
  readonly idle: number;
  /** Bytes, with that many signed-in sockets connected and quiet. */
  readonly connected: number;
  readonly sockets: number;
}

/** What connecting left behind has been collected by then. */
const QUIET_MS = 15_000;

export async function measureMemory(sockets: number): Promise<Memory> {
  let members: Member[] = [];
  const folder = await makeData(async (db) => {
    members = await seedMembers(db, sockets);
    for (let index = 0; index < sockets; index += 2)
      await seedConversation(db, members.slice(index, index + 2));
  });
  const elahe = await startElahe(folder);
  try {
    await Bun.sleep(1000);
    const idle = await elahe.memory();
    const listeners = await openListeners({
      url: `ws://localhost:${elahe.port}${SOCKET_PATH}`,
      headers: (index) => ({ Origin: elahe.origin, Cookie: `elahe=${members[index]?.token}` }),
      count: sockets,
      countOf: () => 0,
      hello: encodeBinary({ t: "hello", protocol: PROTOCOL_VERSION, build: "bench" }),
    });
    await Bun.sleep(QUIET_MS);
    const connected = await elahe.memory();
    listeners.close();
    return { startedInMs: elahe.startedInMs, idle, connected, sockets };
  } finally {
    await elahe.stop();
  }
}

/** Start of a database that exists already: the smallest of five, since only noise adds to it. */
export async function measureStart(): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < 5; run += 1) {
    const elahe = await startElahe(await makeData(async () => {}));
    times.push(elahe.startedInMs);
    await elahe.stop();
  }
  return Math.min(...times);
}
