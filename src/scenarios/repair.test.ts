import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Platform } from "../../web/delivery/platform/platform.ts";
import type { Headless } from "../../web/headless.ts";
import { EVERYTHING } from "../../web/storage/key.ts";
import { events } from "../db/tables.ts";
import { dropDelivered, KEPT_FOR } from "../delivery/drop-delivered.ts";
import type { ConversationId } from "../protocol/ids.ts";
import { come } from "./grouping.ts";
import { readAll, type Screen, until } from "./person.ts";
import { epochAt, startAgain, startTalking, storedBy, tell } from "./talking.ts";
import { type World, worlds } from "./world.ts";

setDefaultTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), "elahe-repair-"));
afterAll(() => rmSync(folder, { recursive: true }));

for (const { name, open } of worlds()) {
  describe(`a device that lost its group on ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    for (const lost of ["missing", "damaged"] as const)
      test(`comes back by itself when its state is ${lost}, and both talk on`, async () => {
        const { alice, alicePerson, bob, id } = await startTalking(world);
        await tell(alice, bob, id, "before");
        await tell(bob, alice, id, "and back");
        await alice.close();
        await lose(alicePerson, id, lost);
        const again = await startAgain(alicePerson);
        await until("she is back in", () => again.conversations.get(id)?.state === "ready");
        await tell(again, bob, id, "here again");
        await tell(bob, again, id, "good");
        const all = ["before", "and back", "here again", "good"];
        expect(await readAll(again, id)).toEqual(all);
        expect(await readAll(bob, id)).toEqual(all);
        for (const screen of [again, bob]) expect(screen.conversations.get(id)?.doubt).toBeUndefined();
        await Promise.all([again.close(), bob.close()]);
      });

    test("says how many messages it could not recover, and sends what waited once", async () => {
      const { alice, alicePerson, bob, id } = await startTalking(world);
      await tell(alice, bob, id, "before");
      await alice.close();
      for (const text of ["unread 1", "unread 2", "unread 3"])
        await bob.do({ kind: "send", conversationId: id, text });
      await until("they are accepted", () =>
        [...bob.messages.values()].every(({ mark }) => mark !== "waiting"),
      );
      await lose(alicePerson, id, "missing");
      const again = await startAgain(alicePerson);
      await again.do({ kind: "send", conversationId: id, text: "I am back" });
      await until("bob reads it", () => bob.texts(id).includes("I am back"));
      await tell(bob, again, id, "again then");
      expect(await readAll(again, id)).toEqual(["before", "(gap)", "I am back", "again then"]);
      expect(gapsOf(again)).toEqual([3]);
      expect(await readAll(bob, id)).toEqual([
        "before",
        "unread 1",
        "unread 2",
        "unread 3",
        "I am back",
        "again then",
      ]);
      expect(bob.conversations.get(id)?.doubt).toBeUndefined();
      expect(again.conversations.get(id)?.doubt).toBeUndefined();
      await Promise.all([again.close(), bob.close()]);
    });

    test("comes back behind what is no longer kept, and says how much that was", async () => {
      const { alice, alicePerson, bob, id } = await startTalking(world);
      await tell(alice, bob, id, "before");
      await alice.close();
      for (const text of ["too old 1", "too old 2"]) await bob.do({ kind: "send", conversationId: id, text });
      await until("they are accepted", () =>
        [...bob.messages.values()].every(({ mark }) => mark !== "waiting"),
      );
      await forget(world);
      const alices = await startAgain(alicePerson);
      await alices.do({ kind: "open", conversationId: id });
      await until("she is back in", () => alices.conversations.get(id)?.state === "ready");
      await tell(bob, alices, id, "still there?");
      await tell(alices, bob, id, "yes");
      expect(await readAll(alices, id)).toEqual(["before", "(gap)", "still there?", "yes"]);
      expect(gapsOf(alices)).toEqual([2]);
      expect(alices.conversations.get(id)?.doubt).toBeUndefined();
      await Promise.all([alices.close(), bob.close()]);
    });

    test("comes into a group although what it offered is gone, however slow its storage is", async () => {
      const ada = await come(world);
      const ben = await come(world, withSlowReads);
      const known = await ada.screen.do({ kind: "write_to", username: ben.name });
      await until("ben is in", () => ben.screen.conversations.get(known)?.state === "ready");
      await forgetOffers(ben.person);
      const id = await ada.screen.do({ kind: "found_group", name: "Family", usernames: [ben.name] });
      await until("ben is back in", () => ben.screen.conversations.get(id)?.state === "ready");
      expect(statesOf(ben.screen, id)).toEqual(["repairing", "ready"]);
      await tell(ben.screen, ada.screen, id, "here");
      await tell(ada.screen, ben.screen, id, "good");
      await Promise.all([ada.close(), ben.close()]);
    });

    test("that was copied back loses, doubles and reads twice nothing of what was sent meanwhile", async () => {
      const file = join(folder, `${name}.sqlite`);
      const { alice, alicePerson, bob, id } = await startTalking(world, { dataFile: file });
      await tell(alice, bob, id, "one");
      await tell(bob, alice, id, "two");
      await alice.close();
      copyAll(file, `${file}.copy`);
      const later = await startAgain(alicePerson);
      await tell(later, bob, id, "three");
      await tell(bob, later, id, "four");
      await tell(later, bob, id, "five");
      await until("five came back", async () => (await readAll(later, id)).length === 5);
      await later.close();
      const epoch = await epochAt(world, id);
      copyAll(`${file}.copy`, file);
      const copied = await startAgain(alicePerson);
      await until("she is back in", async () => (await epochAt(world, id)) > epoch);
      await tell(copied, bob, id, "six");
      await tell(bob, copied, id, "seven");
      const all = ["one", "two", "three", "four", "five", "six", "seven"];
      expect(await readAll(copied, id)).toEqual(all);
      expect(await readAll(bob, id)).toEqual(all);
      for (const screen of [copied, bob]) expect(screen.conversations.get(id)?.doubt).toBeUndefined();
      expect((await (await storedBy(alicePerson)).read("conversations", id))?.repairs.tries).toBe(1);
      await Promise.all([copied.close(), bob.close()]);
    });
  });
}

/** As if everything so far had been sent too long ago. */
async function forget({ test: { app } }: World): Promise<void> {
  await app.db.write((tx) => tx.update(events).set({ sentAt: app.clock.now() - KEPT_FOR }));
  await dropDelivered(app);
}

async function lose(person: Headless, id: Parameters<Screen["texts"]>[0], how: "missing" | "damaged") {
  const vault = await storedBy(person);
  await vault.change(async (change) => {
    const group = await change.read("groups", id);
    if (!group) throw new Error("there is no group to lose");
    if (how === "missing") change.remove("groups", id);
    else change.put("groups", id, { ...group, ratchets: group.ratchets.toReversed() });
  });
}

/** Every read of this device's storage takes its time, as on a disk that sleeps. */
function withSlowReads(platform: Platform): Platform {
  return {
    ...platform,
    openStorage: async (folder) => {
      const storage = await platform.openStorage(folder);
      return {
        ...storage,
        read: async (store, key) => {
          await Bun.sleep(2);
          return storage.read(store, key);
        },
      };
    },
  };
}

async function forgetOffers(person: Headless): Promise<void> {
  const vault = await storedBy(person);
  await vault.change(async (change) => {
    for (const { key } of await change.list("key_packages", { ...EVERYTHING, limit: 1_000 }))
      change.remove("key_packages", key);
  });
}

/** One after the other, each as often as it changed. */
function statesOf({ patches }: Screen, id: ConversationId): string[] {
  const told = patches.flatMap((patch) => (patch.kind === "conversations" ? patch.conversations : []));
  const states = told.filter((one) => one.id === id).map(({ state }) => state);
  return states.filter((state, index) => state !== states[index - 1]);
}

function gapsOf(screen: Screen): number[] {
  return [...screen.messages.values()].flatMap(({ body }) => (body.kind === "gap" ? body.count : []));
}

function copyAll(from: string, to: string): void {
  for (const end of ["", "-wal", "-shm"]) {
    if (existsSync(from + end)) copyFileSync(from + end, to + end);
    else rmSync(to + end, { force: true });
  }
}
