import { between, placed } from "../storage/key.ts";
import type { Storage, StoredRecord } from "../storage/storage.ts";

type Open = (folder: string) => Promise<Storage>;

/**
 * What a storage promises, whatever it lies in: each throws when it is not kept. They run under Bun and in
 * a browser, where there is no test runner.
 */
export const STORAGE_PROMISES = {
  "a record is found as it was put, after a reopening too, and 0 stands for none": async (open: Open) => {
    const first = await open("kept");
    same(await first.read("drafts", "a"), undefined);
    same(await put(first, "a", 1, 0), "written");
    first.close();
    const again = await open("kept");
    same(await again.read("drafts", "a"), record("a", 1));
    again.close();
  },

  "all of a change is written or nothing of it": async (open: Open) => {
    const storage = await open("whole");
    await put(storage, "a", 1, 0);
    const answer = await storage.write({
      expect: [
        { store: "drafts", key: "a", version: 1 },
        { store: "cursors", key: "b", version: 4 },
      ],
      put: [{ store: "drafts", ...record("c", 1) }],
      remove: [{ store: "drafts", key: "a" }],
    });
    same(answer, "changed");
    same(await storage.read("drafts", "c"), undefined);
    same(await storage.read("drafts", "a"), record("a", 1));
    storage.close();
  },

  "of two that change one record at once, one is told that it changed": async (open: Open) => {
    const [one, other] = [await open("race"), await open("race")];
    const answers = await Promise.all([put(one, "a", 1, 0), put(other, "a", 1, 0)]);
    same(answers.toSorted(), ["changed", "written"]);
    const later = await Promise.all([put(one, "a", 2, 1), put(other, "a", 2, 1), put(one, "b", 1, 0)]);
    same(later.slice(0, 2).toSorted(), ["changed", "written"]);
    same(later[2], "written");
    one.close();
    other.close();
  },

  "the seal of an account is the same for all who open it": async (open: Open) => {
    const [one, other] = await Promise.all([open("seal"), open("seal")]);
    const iv = new Uint8Array(12);
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, one.key, new Uint8Array(3));
    const opened = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, other.key, sealed);
    same(opened.byteLength, 3);
    one.close();
    other.close();
  },

  "a range lists its own, in order or newest first, as many as asked for": async (open: Open) => {
    const storage = await open("range");
    const keys = (owner: string) => Array.from({ length: 12 }, (_, place) => placed(owner, place + 1));
    await storage.write({
      expect: [],
      put: [...keys("one"), ...keys("two")].map((key) => ({ store: "drafts" as const, ...record(key, 1) })),
      remove: [],
    });
    const listed = async (limit: number, newestFirst: boolean) =>
      (await storage.list("drafts", { ...between("one", 3, 11), limit, newestFirst })).map(({ key }) => key);
    same(await listed(100, false), keys("one").slice(2, 11));
    same(await listed(2, true), [placed("one", 11), placed("one", 10)]);
    same(await storage.list("cursors", { ...between("one", 0), limit: 9 }), []);
    await storage.write({ expect: [], put: [], remove: [{ store: "drafts", key: placed("one", 11) }] });
    same(await listed(1, true), [placed("one", 10)]);
    storage.close();
  },

  "a storage that was closed fails instead of answering": async (open: Open) => {
    const storage = await open("closed");
    storage.close();
    for (const asked of [storage.read("drafts", "a"), put(storage, "a", 1, 0)])
      same(
        await asked.then(
          () => "answered",
          ({ name }) => name,
        ),
        "StorageFailed",
      );
  },
} as const;

function record(key: string, version: number): StoredRecord {
  return { key, version, sealed: new Uint8Array([1, 2, 3]) };
}

function put(storage: Storage, key: string, version: number, before: number) {
  return storage.write({
    expect: [{ store: "drafts", key, version: before }],
    put: [{ store: "drafts", ...record(key, version) }],
    remove: [],
  });
}

function same(found: unknown, wanted: unknown): void {
  const told = (value: unknown) =>
    JSON.stringify(value, (_, part) => (part instanceof Uint8Array ? [...part] : (part ?? null))) ??
    "undefined";
  if (told(found) !== told(wanted)) throw new Error(`${told(found)} instead of ${told(wanted)}`);
}
