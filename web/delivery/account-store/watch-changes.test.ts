import { describe, expect, test } from "bun:test";
import { type AccountId, type ConversationId, newId } from "../../../src/protocol/ids.ts";
import { EVERYTHING } from "../../storage/key.ts";
import { openSqliteStorage } from "../../storage/open-sqlite.ts";
import type { ChannelRecord } from "../../storage/records.ts";
import { openVault } from "../../storage/vault.ts";
import { encodeContent } from "./shapes.ts";
import { watchChanges } from "./watch-changes.ts";

const me = newId<AccountId>();
const place = newId<ConversationId>();

async function watched() {
  let marks = 0;
  const bare = openVault(await openSqliteStorage("a"));
  const vault = watchChanges(bare, { me, now: () => 7, marked: () => (marks += 1) });
  const due = async () =>
    (await bare.list("shared_due", { ...EVERYTHING, limit: 100 })).map(({ key }) => key);
  return { bare, vault, due, marks: () => marks };
}

const channel: ChannelRecord = {
  handle: "news",
  title: "News",
  description: "",
  comments: false,
  authors: [],
  subscribers: 1,
  cursor: 20,
  chain: new Uint8Array(32),
  first: 1,
  before: new Uint8Array(32),
  unread: 0,
  readUpTo: 20,
  last: null,
  changedAt: 1,
  differs: false,
  gone: false,
  shelf: { pinned: false, muted: false, archived: false, marked: false },
};

describe("what is written on this device", () => {
  test("is marked in the same write, by whatever wrote it, and only where others are to know of it", async () => {
    const { vault, due, marks } = await watched();
    await vault.change(async (change) => {
      change.put("drafts", place, { text: "dear Ben" });
      change.put("profiles", newId<AccountId>(), {
        key: new Uint8Array(32),
        told: 1,
        version: 1,
        name: "Ben",
        bio: "",
        picture: null,
        unsent: false,
      });
      change.put("clock", "server", { ahead: 5 });
    });
    expect(await due()).toEqual([`drafts/${place}`]);
    expect(marks()).toBe(1);
  });

  test("is not marked where nothing of a change came to be written", async () => {
    const { vault, due } = await watched();
    const failing = vault.change(async (change) => {
      change.put("drafts", place, { text: "dear Ben" });
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await due()).toEqual([]);
  });

  test("is marked only while it differs from what the others know", async () => {
    const { bare, vault, due, marks } = await watched();
    const content = encodeContent<"drafts">({ at: 1, fields: { text: "known" } });
    await bare.change(async (change) => change.put("shared", `drafts/${place}`, { version: 3, content }));
    const write = (text: string) => vault.change(async (change) => change.put("drafts", place, { text }));
    await write("known");
    expect([await due(), marks()]).toEqual([[], 0]);
    await write("changed");
    expect(await due()).toHaveLength(1);
    await write("known");
    expect(await due()).toEqual([]);
    await vault.change(async (change) => change.remove("drafts", place));
    expect(await due()).toHaveLength(1);
  });

  test("a place that comes takes up what waited for it, and tells nobody that all before it was read", async () => {
    const { bare, vault, due } = await watched();
    const content = encodeContent<"channels">({
      at: 1,
      fields: { handle: "news", muted: true, folders: ["Work"], readUpTo: 12 },
    });
    await bare.change(async (change) =>
      change.put("shared", `channels/${place}`, { version: 3, content, waits: true }),
    );
    await vault.change(async (change) => change.put("channels", place, channel));
    const come = await bare.read("channels", place);
    expect(come?.shelf).toMatchObject({ muted: true, folders: ["Work"] });
    expect(come?.readUpTo).toBe(20);
    expect(await due()).toEqual([]);
    await vault.change(async (change) =>
      change.put("channels", place, { ...channel, shelf: come?.shelf ?? channel.shelf, readUpTo: 21 }),
    );
    expect(await due()).toEqual([`channels/${place}`]);
  });

  test("another identity that was accepted here goes nowhere else", async () => {
    const { bare, vault, due } = await watched();
    const ben = newId<AccountId>();
    const pin = { username: "ben", root: new Uint8Array(32).fill(1), seenAt: 1, firstUse: true };
    const content = encodeContent<"pins">({ at: 1, fields: { pin } });
    await bare.change(async (change) => change.put("shared", `pins/${ben}`, { version: 1, content }));
    await vault.change(async (change) =>
      change.put("pins", ben, { ...pin, root: new Uint8Array(32).fill(2) }),
    );
    expect(await due()).toEqual([]);
    await vault.change(async (change) => change.put("pins", ben, { ...pin, firstUse: false }));
    expect(await due()).toEqual([`pins/${ben}`]);
  });
});
