import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SQL } from "bun";
import type { Platform } from "../../web/delivery/platform/platform.ts";
import { openHeadless } from "../../web/headless.ts";
import { createInvite } from "../protocol/accounts.ts";
import { showConversation } from "../protocol/conversations.ts";
import { dialects, makeTestDatabase, type TestDatabase } from "../testing/dialects.ts";
import { PASSWORD } from "../testing/people.ts";
import { readAll, type Screen, until, watch } from "./person.ts";
import { type ServerProcess, startServerProcess } from "./server-process.ts";

setDefaultTimeout(180_000);

const PAIRS = 3;
const KILLS = process.env["ELAHE_FULL"] === "1" ? 15 : 3;
const BETWEEN_KILLS = 700;

for (const dialect of dialects) {
  describe(`a server killed without warning while messages fly, on ${dialect}`, async () => {
    const database = await makeTestDatabase(dialect);
    const server = await startServerProcess(database.folder, database.url);
    afterAll(async () => {
      await server.kill();
      await database.remove();
    });

    const code = await openDoors(server);

    test("loses and doubles nothing, keeps the order, and holds none of the text", async () => {
      const pairs = await meetPairs(server, code);
      const writing = new AbortController();
      const written = pairs.map((pair) => keepWriting(pair, writing.signal));
      for (let kill = 0; kill < KILLS; kill += 1) {
        await Bun.sleep(BETWEEN_KILLS + Math.random() * 300);
        await server.kill();
        await server.start();
      }
      await Bun.sleep(BETWEEN_KILLS);
      writing.abort();
      for (const [place, texts] of (await Promise.all(written)).entries()) {
        const pair = pairs[place];
        if (!pair) throw new Error("a pair is missing");
        await until("all arrive", () => pair.bob.texts(pair.id).length >= texts.length, 60_000);
        await until("none waits", () => !pair.alice.patches.some(isFailure) && noneWaits(pair.alice), 60_000);
        expect(texts.length).toBeGreaterThan(KILLS);
        expect(await readAll(pair.bob, pair.id)).toEqual(texts);
        expect(await readAll(pair.alice, pair.id)).toEqual(texts);
        expect(pair.bob.conversations.get(pair.id)?.doubt).toBeUndefined();
        await Promise.all([pair.alice.close(), pair.bob.close()]);
      }
      const stored = await everythingStored(database);
      expect(stored).toContain("writer0");
      expect(stored.includes(MARK)).toBe(false);
      expect(stored.includes(Buffer.from(MARK).toString("hex"))).toBe(false);
    });

    test("nor while both renew their keys all the time", async () => {
      const pair = await meetRestless(server, code);
      const writing = new AbortController();
      const written = [keepWriting(pair, writing.signal), keepWriting(turned(pair), writing.signal)];
      for (let kill = 0; kill < KILLS; kill += 1) {
        await Bun.sleep(BETWEEN_KILLS + Math.random() * 300);
        await server.kill();
        await server.start();
      }
      await until("keys were renewed", async () => (await pair.card()).epoch > KILLS, 60_000);
      writing.abort();
      const [alices = [], bobs = []] = await Promise.all(written);
      const count = alices.length + bobs.length;
      const { alice, bob, id } = pair;
      await until("all arrive", () => [alice, bob].every((one) => one.texts(id).length >= count), 60_000);
      await until("none waits", () => noneWaits(alice) && noneWaits(bob), 60_000);
      const texts = await readAll(alice, id);
      expect(await readAll(bob, id)).toEqual(texts);
      expect(texts.filter((text) => text.startsWith(ALICE))).toEqual(alices);
      expect(texts.filter((text) => !text.startsWith(ALICE))).toEqual(bobs);
      for (const one of [alice, bob]) {
        expect(one.conversations.get(id)).toMatchObject({ state: "ready" });
        expect(one.conversations.get(id)?.doubt).toBeUndefined();
      }
      await Promise.all([alice.close(), bob.close()]);
    });
  });
}

const ALICE = "from alice: ";
const SECOND = 1000;
const WEEK = 7 * 24 * 60 * 60 * 1000;

/** Two people for whom a week passes in a second, so that a key is due with nearly every message. */
async function meetRestless(server: ServerProcess, code: string) {
  const common = { server: server.origin, password: PASSWORD };
  let began = Number.POSITIVE_INFINITY;
  const now = () => Date.now() + Math.max(0, Date.now() - began) * (WEEK / SECOND);
  const hurried = (platform: Platform): Platform => ({ ...platform, clock: { now } });
  const enter = (username: string) =>
    openHeadless({
      ...common,
      username,
      entrance: { kind: "register", inviteCode: code },
      through: hurried,
    });
  const [alices, bobs] = [await enter("restless1"), await enter("restless2")];
  const [alice, bob] = [watch(alices.messenger), watch(bobs.messenger)];
  await until("bob is ready", () => bob.connection() === "online");
  const id = await alice.do({ kind: "write_to", username: "restless2" });
  await until("bob is in", () => bob.conversations.has(id));
  began = Date.now();
  const card = () => alices.call(showConversation, { conversationId: id });
  return { alice, bob, id, card, before: ALICE };
}

function turned({ alice, bob, id }: Pair): Pair {
  return { alice: bob, bob: alice, id };
}

const MARK = "a text that nobody else may read";

interface Pair {
  readonly before?: string;
  readonly alice: Screen;
  readonly bob: Screen;
  readonly id: Parameters<Screen["texts"]>[0];
}

/** An invite for everybody here, by the owner. */
async function openDoors({ origin, setupToken }: ServerProcess): Promise<string> {
  const entrance = { kind: "set_up", token: setupToken } as const;
  const owner = await openHeadless({ server: origin, password: PASSWORD, username: "olivia", entrance });
  const { code } = await owner.call(createInvite, { uses: 100 });
  await owner.close();
  return code;
}

async function meetPairs(server: ServerProcess, code: string): Promise<Pair[]> {
  const common = { server: server.origin, password: PASSWORD };
  const join_ = async (username: string) =>
    watch(
      (await openHeadless({ ...common, username, entrance: { kind: "register", inviteCode: code } }))
        .messenger,
    );
  const pairs: Pair[] = [];
  for (let place = 0; place < PAIRS; place += 1) {
    const [alice, bob] = [await join_(`writer${place}`), await join_(`reader${place}`)];
    await until("the reader is ready", () => bob.connection() === "online");
    const id = await alice.do({ kind: "write_to", username: `reader${place}` });
    pairs.push({ alice, bob, id });
  }
  return pairs;
}

async function keepWriting({ alice, id, before = "" }: Pair, signal: AbortSignal): Promise<string[]> {
  const texts: string[] = [];
  while (!signal.aborted) {
    const text = `${before}${MARK}, number ${texts.length}`;
    await alice.do({ kind: "send", conversationId: id, text });
    texts.push(text);
    await Bun.sleep(15);
  }
  return texts;
}

function isFailure(patch: Screen["patches"][number]): boolean {
  return patch.kind === "messages" && patch.messages.some(({ mark }) => mark === "failed");
}

function noneWaits(screen: Screen): boolean {
  return [...screen.messages.values()].every(({ mark }) => mark !== "waiting");
}

/** Every byte of the database, as text: files as they lie, or every row of every table. */
async function everythingStored({ url, folder }: TestDatabase): Promise<string> {
  if (url === undefined) {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"))
      .join("\n");
  }
  const sql = new SQL(url, { max: 1 });
  const tables: { name: string }[] =
    await sql`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`;
  const rows: string[] = [];
  for (const { name } of tables) {
    const all: { row: string }[] = await sql.unsafe(`SELECT t::text AS row FROM "${name}" t`);
    rows.push(...all.map(({ row }) => row));
  }
  await sql.close();
  expect(rows.length).toBeGreaterThan(0);
  return rows.join("\n");
}
