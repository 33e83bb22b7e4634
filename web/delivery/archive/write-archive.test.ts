import { expect, test } from "bun:test";
import type { StoreKeys } from "../../crypto/store-keys.ts";
import { placed } from "../../storage/key.ts";
import { openSqliteStorage } from "../../storage/open-sqlite.ts";
import {
  change,
  clientOf,
  fill,
  id,
  type Keeper,
  Killed,
  keeper,
  LAST,
  mira,
  mortal,
  said,
  words,
} from "../../testing/archive-story.ts";
import { openRow } from "./make-row.ts";
import { writeArchive } from "./write-archive.ts";

const { accountId } = mira.identity;

async function textsOf(rows: Keeper["rows"], keys: StoreKeys): Promise<(string | null)[]> {
  const whose = { keys, accountId, conversationId: id };
  const sorted = [...rows.values()].sort((one, other) => one.sequence - other.sequence);
  return Promise.all(
    sorted.map(async ({ sealed, ...row }) => {
      const opened = sealed && (await openRow(whose, { ...row, sealed }));
      return opened?.message.body.kind === "text" ? opened.message.body.text : null;
    }),
  );
}

const EXPECTED = Array.from({ length: LAST - 1 }, (_, index) => index + 2)
  .filter((place) => place !== 20 && place !== 21)
  .map((place) => `word ${place}`);

test("a writer killed between any two steps goes on, and the archive is the same in the end", async () => {
  for (let step = 1; ; step += 1) {
    const storage = await openSqliteStorage("killed");
    const vault = await fill(storage);
    const server = keeper();
    const dies = mortal(step);
    let died = false;
    const write = async (around: typeof dies) =>
      writeArchive(clientOf(storage, server, around), "all", () => true);
    const storyOf = async (around: typeof dies) => {
      await write(around);
      await change(vault, 10, 400, { kind: "text", text: "changed" });
      await change(vault, 11, 401, { kind: "deleted" });
      await write(around);
    };
    await storyOf(dies).catch((cause) => {
      if (!(cause instanceof Killed)) throw cause;
      died = true;
    });
    if (died) await storyOf(mortal(0));
    const expected = EXPECTED.map((text) =>
      text === "word 10" ? "changed" : text === "word 11" ? null : text,
    );
    expect({ step, texts: await textsOf(server.rows, mira.identity.storeKeys) }).toEqual({
      step,
      texts: expected,
    });
    expect(server.rows.get(10)?.version).toBe(400);
    expect(server.rows.get(11)).toEqual({ sequence: 11, version: 401, sealed: null });
    expect(server.reach()).toBe(LAST);
    expect(Math.max(...server.requests)).toBe(100);
    expect(await vault.list("archive_due", { from: "", to: "\uffff", limit: 10 })).toEqual([]);
    storage.close();
    if (!died) return;
  }
}, 60_000);

test("what another device has sent is not sent again, and what the server lost is", async () => {
  const server = keeper();
  const storages = [await openSqliteStorage("one"), await openSqliteStorage("other")] as const;
  for (const storage of storages) await fill(storage);
  const [one, other] = [clientOf(storages[0], server), clientOf(storages[1], server)];
  await writeArchive(one, "all", () => true);
  expect(server.requests).toHaveLength(4);
  await writeArchive(other, "all", () => true);
  expect(server.requests).toHaveLength(4);
  server.forget();
  await writeArchive(other, "all", () => true);
  expect(await textsOf(server.rows, mira.identity.storeKeys)).toEqual(EXPECTED);
});

test("a device that came later never says of what was before it that it is there", async () => {
  const server = keeper();
  const storages = [await openSqliteStorage("first"), await openSqliteStorage("later")] as const;
  await fill(storages[0]);
  await fill(storages[1], said(300, { kind: "founded" }));
  await writeArchive(clientOf(storages[1], server), "all", () => true);
  expect([server.rows.size, server.reach()]).toEqual([LAST - 300, 0]);
  await writeArchive(clientOf(storages[0], server), "all", () => true);
  expect(server.reach()).toBe(LAST);
  expect(await textsOf(server.rows, mira.identity.storeKeys)).toEqual(EXPECTED);
});

test("switched off, nothing that was said goes out, and what is taken back is erased all the same", async () => {
  const server = keeper();
  const storage = await openSqliteStorage("off");
  const vault = await fill(storage);
  await writeArchive(clientOf(storage, server), "all", () => true);
  const conversation = await vault.read("conversations", id);
  if (!conversation) throw new Error("no conversation");
  await vault.change(async (on) => {
    on.put("conversations", id, {
      ...conversation,
      cursor: LAST + 1,
      shelf: { ...conversation.shelf, unkept: true },
    });
    on.put("messages", placed(id, LAST + 1), words(LAST + 1));
  });
  await change(vault, 10, 400, { kind: "text", text: "changed" });
  await change(vault, 11, 401, { kind: "deleted" });
  server.requests.length = 0;
  await writeArchive(clientOf(storage, server), new Set([id]), () => true);
  expect(server.requests).toEqual([1]);
  expect(server.rows.get(11)?.sealed).toBeNull();
  expect(server.rows.get(10)?.version).toBe(10);
  expect(server.rows.has(LAST + 1)).toBe(false);
});
