import { expect, test } from "bun:test";
import { between, placed } from "../../storage/key.ts";
import { openSqliteStorage } from "../../storage/open-sqlite.ts";
import type { MessageRecord } from "../../storage/records.ts";
import { openVault } from "../../storage/vault.ts";
import {
  change,
  clientOf,
  fill,
  id,
  type Keeper,
  keeper,
  LAST,
  said,
  words,
} from "../../testing/archive-story.ts";
import type { Patch } from "../patches.ts";
import { runCommand } from "../run-command.ts";
import type { LiveSession } from "../session/live-session.ts";
import { writeArchive } from "./write-archive.ts";

/** An archive of a first device, and a device that came behind it. */
async function startLater(server: Keeper) {
  const storage = await openSqliteStorage("first");
  const vault = await fill(storage);
  await vault.change(async (on) => {
    const message = await on.read("messages", placed(id, 9));
    if (message) on.put("messages", placed(id, 9), { ...message, pinned: true });
  });
  await writeArchive(clientOf(storage, server), "all", () => true);
  await change(vault, 10, 400, { kind: "text", text: "changed" });
  await change(vault, 11, 401, { kind: "deleted" });
  await writeArchive(clientOf(storage, server), "all", () => true);
  return later();
}

async function later() {
  const storage = await openSqliteStorage("later");
  await fill(storage, said(LAST + 1, { kind: "founded" }));
  return storage;
}

type Opened = Awaited<ReturnType<typeof later>>;

/** All that scrolling up shows, oldest first. */
async function scrollBack(storage: Opened, server: Keeper) {
  const found: Patch[] = [];
  const client = clientOf(storage, server);
  const session = { client, found: (patch: Patch) => found.push(patch) } as unknown as LiveSession;
  const shown: string[] = [];
  let answer: Patch | undefined;
  const ask = (before: number | undefined) =>
    runCommand(
      session,
      before === undefined
        ? { kind: "open", conversationId: id }
        : { kind: "more", conversationId: id, before },
      said(1, { kind: "founded" }).messageId,
      (patch) => {
        answer = patch;
      },
    );
  await ask(undefined);
  for (let pages = 0; ; pages += 1) {
    if (answer?.kind !== "messages" || pages > 20) throw new Error("no page");
    const texts = answer.messages.flatMap(({ body }) =>
      body.kind === "text" ? body.text : body.kind === "gap" ? `(${body.count})` : [],
    );
    shown.unshift(...texts);
    const oldest = answer.messages[0]?.sequence;
    if (answer.reachedStart) return { shown, found };
    if (oldest === undefined) throw new Error("a page with nothing on it");
    await ask(oldest);
  }
}

const EXPECTED = Array.from({ length: LAST - 1 }, (_, index) => index + 2)
  .filter((place) => ![11, 20, 21].includes(place))
  .map((place) => (place === 10 ? "changed" : `word ${place}`));

test("a device that came later scrolls back to the beginning, as it ended, and searches find it", async () => {
  const server = keeper();
  const storage = await startLater(server);
  const { shown, found } = await scrollBack(storage, server);
  expect(shown).toEqual(EXPECTED);
  const told = found.flatMap((patch) => (patch.kind === "messages" ? patch.messages : []));
  expect(told).toHaveLength(EXPECTED.length);
  const conversation = await openVault(storage).read("conversations", id);
  expect(conversation?.pins).toMatchObject([{ sequence: 9 }]);
  expect(conversation?.blindUpTo).toBe(LAST);
  expect((await scrollBack(storage, server)).shown).toEqual(EXPECTED);
});

test("what was fetched is not sent again, and what came meanwhile of an older time is fetched then", async () => {
  const server = keeper();
  const storage = await startLater(server);
  await scrollBack(storage, server);
  server.requests.length = 0;
  await writeArchive(clientOf(storage, server), "all", () => true);
  expect(server.requests).toEqual([]);
  const other = keeper();
  const early = await later();
  expect((await scrollBack(early, other)).shown).toEqual([]);
  await startLater(other);
  await writeArchive(clientOf(early, other), "all", () => true);
  expect((await scrollBack(early, other)).shown).toEqual(EXPECTED);
});

test("rows that were swapped, changed in their version, forged or left out are counted and stop no other", async () => {
  const server = keeper();
  const storage = await startLater(server);
  const take = (place: number) => {
    const row = server.rows.get(place);
    if (!row) throw new Error("no such row");
    return row;
  };
  const [three, four] = [take(3), take(4)];
  server.rows.set(3, { ...three, sealed: four.sealed });
  server.rows.set(4, { ...four, sealed: three.sealed });
  server.rows.set(6, { ...take(6), version: 77 });
  server.rows.delete(8);
  server.rows.set(1, { sequence: 1, version: 1, sealed: new Uint8Array(200).fill(7) });
  const { shown } = await scrollBack(storage, server);
  expect(shown.slice(0, 6)).toEqual(["word 2", "word 5", "word 7", "(5)", "word 9", "changed"]);
  expect(shown.slice(6)).toEqual(EXPECTED.slice(EXPECTED.indexOf("word 12")));
});

test("an older version of a message is outdone by what this device heard itself", async () => {
  const server = keeper();
  const storage = await startLater(server);
  const vault = openVault(storage);
  const client = clientOf(storage, server);
  const sender = client.accountId;
  const first = await messageAt(server, 12);
  await vault.change(async (on) => {
    const deed = { kind: "delete" as const, target: first.messageId };
    on.put("deeds", `${id}|${first.messageId}`, [{ sender, deed, at: 1, sequence: LAST + 5 }]);
  });
  const { shown } = await scrollBack(storage, server);
  expect(shown).not.toContain("word 12");
  const [due] = await vault.list("archive_due", { ...between(id, 0), limit: 5 });
  expect(due).toMatchObject({ key: placed(id, 12), value: { by: LAST + 5 } });
});

test("pages that do not fall are not believed, and nothing of them is kept", async () => {
  const server = keeper();
  const storage = await startLater(server);
  const honest = server.read.bind(server);
  server.read = (asked) => ({ ...honest(asked), rows: honest(asked).rows.toReversed() });
  await expect(scrollBack(storage, server)).rejects.toThrow("server_wrong");
  const stored = await openVault(storage).list("messages", { ...between(id, 0), limit: 10 });
  expect(stored).toHaveLength(1);
});

test("whoever was there from the beginning asks nothing of the archive", async () => {
  const server = keeper();
  const storage = await openSqliteStorage("alone");
  await fill(storage);
  server.read = () => {
    throw new Error("it was asked");
  };
  const { shown } = await scrollBack(storage, server);
  expect(shown[0]).toBe("word 2");
});

/** As another device of the same account reads it. */
async function messageAt(server: Keeper, place: number): Promise<MessageRecord> {
  const storage = await later();
  await scrollBack(storage, server);
  return (await openVault(storage).read("messages", placed(id, place))) ?? words(place);
}
