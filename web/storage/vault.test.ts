import { Database } from "bun:sqlite";
import { afterEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AccountId, type DeviceId, type MessageId, newId } from "../../src/protocol/ids.ts";
import { SIZE } from "../../src/protocol/values.ts";
import { STORAGE_PROMISES } from "../testing/storage-promises.ts";
import { between, EVERYTHING, placed } from "./key.ts";
import { openSqliteStorage } from "./open-sqlite.ts";
import { type Storage, StorageFailed } from "./storage.ts";
import { openVault } from "./vault.ts";

const folders: string[] = [];
const temporary = () => {
  const folder = mkdtempSync(join(tmpdir(), "elahe-storage-"));
  folders.push(folder);
  return join(folder, "client.sqlite");
};
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

describe("SQLite under Bun", () => {
  for (const [name, keep] of Object.entries(STORAGE_PROMISES))
    test(name, async () => {
      const file = temporary();
      await keep((folder) => openSqliteStorage(folder, file));
    });
});

describe("the client's storage", () => {
  test("gives back after a restart what it was told, and shows none of it at rest", async () => {
    const file = temporary();
    const first = openVault(await openSqliteStorage("a", file));
    await first.change(async (change) => change.put("drafts", "c", { text: "a very private draft" }));
    first.close();
    const second = openVault(await openSqliteStorage("a", file));
    expect(await second.read("drafts", "c")).toEqual({ text: "a very private draft" });
    second.close();
    expect(readFileSync(file).includes("private draft")).toBe(false);
    expect(statSync(`${file}.key`).mode & 0o777).toBe(0o600);
  });

  test("keeps the accounts of one browser apart", async () => {
    const file = temporary();
    const mine = openVault(await openSqliteStorage("a", file));
    const hers = openVault(await openSqliteStorage("b", file));
    await mine.change(async (change) => change.put("drafts", "c", { text: "mine" }));
    expect(await hers.read("drafts", "c")).toBeUndefined();
  });

  test("runs a change again when another tab was faster, so that neither is lost", async () => {
    const file = temporary();
    const one = openVault(await openSqliteStorage("a", file));
    const two = openVault(await openSqliteStorage("a", file));
    await one.change(async (change) => change.put("drafts", "c", { text: "0" }));
    const add = (vault: typeof one, letter: string) =>
      vault.change(async (change) => {
        const before = (await change.read("drafts", "c"))?.text ?? "";
        await Bun.sleep(1);
        change.put("drafts", "c", { text: before + letter });
      });
    await Promise.all([add(one, "a"), add(two, "b"), add(one, "c"), add(two, "d")]);
    expect([...((await one.read("drafts", "c"))?.text ?? "")].sort().join("")).toBe("0abcd");
  });

  test("writes all of a change or nothing of it", async () => {
    const storage = await openSqliteStorage("a", temporary());
    const vault = openVault(storage);
    const racing = async (change: Parameters<Parameters<typeof vault.change>[0]>[0]) => {
      await change.read("drafts", "c");
      change.put("drafts", "c", { text: "x" });
      change.put("drafts", "d", { text: "x" });
    };
    await vault.change(racing);
    const stale = await storage.write({
      expect: [{ store: "drafts", key: "c", version: 0 }],
      put: [{ store: "drafts", key: "e", version: 1, sealed: new Uint8Array(1) }],
      remove: [{ store: "drafts", key: "d" }],
    });
    expect(stale).toBe("changed");
    expect(await storage.read("drafts", "e")).toBeUndefined();
    expect(await vault.read("drafts", "d")).toEqual({ text: "x" });
  });

  test("lists a page of what belongs to one owner, newest first", async () => {
    const vault = openVault(await openSqliteStorage("a"));
    await vault.change(async (change) => {
      for (let place = 1; place <= 30; place += 1) {
        change.put("drafts", placed("one", place), { text: String(place) });
        change.put("drafts", placed("two", place), { text: "other" });
      }
    });
    const page = await vault.list("drafts", { ...between("one", 0, 20), limit: 3, newestFirst: true });
    expect(page.map(({ value }) => value.text)).toEqual(["20", "19", "18"]);
  });

  test("refuses a record that was moved to another's place", async () => {
    const file = temporary();
    const vault = openVault(await openSqliteStorage("a", file));
    await vault.change(async (change) => change.put("drafts", "c", { text: "x" }));
    new Database(file).run("UPDATE records SET key = 'moved'");
    expect(vault.read("drafts", "moved")).rejects.toBeInstanceOf(StorageFailed);
  });

  test("lists what opens beside a record that does not", async () => {
    const storage = await openSqliteStorage("a", temporary());
    const vault = openVault(storage);
    await vault.change(async (change) => {
      for (const key of ["one", "two", "three"]) change.put("drafts", key, { text: key });
    });
    const put = [{ store: "drafts", key: "two", version: 2, sealed: new Uint8Array(40) }] as const;
    await storage.write({ expect: [], put, remove: [] });
    const all = await vault.list("drafts", { ...EVERYTHING, limit: 10 });
    expect(all.map(({ key }) => key)).toEqual(["one", "three"]);
    await vault.change(async (change) => {
      expect(await change.list("drafts", { ...EVERYTHING, limit: 10 })).toHaveLength(2);
    });
    await expect(vault.read("drafts", "two")).rejects.toMatchObject({ damaged: true });
  });

  test("keeps as evidence a group that is larger than what goes over the wire", async () => {
    const vault = openVault(await openSqliteStorage("a", temporary()));
    const groupInfo = new Uint8Array(SIZE.groupInfo + 1);
    const evidence = {
      commitId: newId<MessageId>(),
      sequence: 2,
      sentAt: 1,
      senderAccountId: newId<AccountId>(),
      senderDeviceId: newId<DeviceId>(),
      generation: 0,
      epoch: 1,
      commit: new Uint8Array(1),
      why: "",
      groupInfo,
    };
    await vault.change(async (change) => change.put("evidence", "c", evidence));
    expect((await vault.read("evidence", "c"))?.groupInfo).toHaveLength(SIZE.groupInfo + 1);
  });

  test("surfaces a refused write as a failure of the storage", async () => {
    const storage: Storage = await openSqliteStorage("a", temporary());
    const vault = openVault(storage);
    storage.close();
    expect(vault.change(async (change) => change.put("drafts", "c", { text: "x" }))).rejects.toBeInstanceOf(
      StorageFailed,
    );
  });
});
