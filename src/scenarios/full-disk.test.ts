import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Platform } from "../../web/delivery/platform/platform.ts";
import { StorageFailed } from "../../web/storage/storage.ts";
import { readAll, until, watch } from "./person.ts";
import { worlds } from "./world.ts";

setDefaultTimeout(60_000);

for (const { name, open } of worlds()) {
  describe(`a client whose storage is full on ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    test("says so, skips nothing, and goes on where it stopped when there is room again", async () => {
      const disk = { full: false };
      const bobPerson = await world.person({ through: (platform) => filling(platform, disk) });
      const bob = watch(bobPerson.messenger);
      const alice = watch((await world.person()).messenger);
      await until("bob is ready", () => bob.connection() === "online");
      const id = await alice.do({ kind: "write_to", username: bobPerson.me.username });
      await alice.do({ kind: "send", conversationId: id, text: "while there is room" });
      await until("bob reads it", () => bob.texts(id).length === 1);
      disk.full = true;
      await alice.do({ kind: "send", conversationId: id, text: "while there is none" });
      await until("bob is told", () => bob.device() === "unusable");
      expect(bob.do({ kind: "send", conversationId: id, text: "x" })).rejects.toMatchObject({
        code: "storage",
      });
      expect(bob.texts(id)).toEqual(["while there is room"]);
      disk.full = false;
      await bob.do({ kind: "reconnect" });
      await until("bob is ready again", () => bob.device() === "ready");
      await until("bob reads what he missed", () => bob.texts(id).includes("while there is none"));
      expect(await readAll(bob, id)).toEqual(["while there is room", "while there is none"]);
      await Promise.all([alice.close(), bob.close()]);
    });
  });
}

function filling(platform: Platform, disk: { readonly full: boolean }): Platform {
  return {
    ...platform,
    openStorage: async (folder) => {
      const storage = await platform.openStorage(folder);
      return {
        ...storage,
        write: async (change) => {
          if (disk.full) throw new StorageFailed(new DOMException("no room", "QuotaExceededError"));
          return storage.write(change);
        },
      };
    },
  };
}
