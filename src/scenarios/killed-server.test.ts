import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SQL } from "bun";
import { openHeadless } from "../../web/headless.ts";
import { createInvite } from "../protocol/accounts.ts";
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

    test("loses and doubles nothing, keeps the order, and holds none of the text", async () => {
      const pairs = await meetPairs(server);
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
  });
}

const MARK = "a text that nobody else may read";

interface Pair {
  readonly alice: Screen;
  readonly bob: Screen;
  readonly id: Parameters<Screen["texts"]>[0];
}

async function meetPairs(server: ServerProcess): Promise<Pair[]> {
  const common = { server: server.origin, password: PASSWORD };
  const entrance = { kind: "set_up", token: server.setupToken } as const;
  const owner = await openHeadless({ ...common, username: "olivia", entrance });
  const { code } = await owner.call(createInvite, { uses: PAIRS * 2 });
  await owner.close();
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

async function keepWriting({ alice, id }: Pair, signal: AbortSignal): Promise<string[]> {
  const texts: string[] = [];
  while (!signal.aborted) {
    const text = `${MARK}, number ${texts.length}`;
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
