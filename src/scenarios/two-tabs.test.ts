import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Platform } from "../../web/delivery/platform/platform.ts";
import { openAgain } from "../../web/headless.ts";
import { readAll, until, watch } from "./person.ts";
import { worlds } from "./world.ts";

setDefaultTimeout(60_000);

for (const { name, open } of worlds()) {
  describe(`two tabs of one account on ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    test("both write and both see everything, over one socket", async () => {
      let sockets = 0;
      const bobPerson = await world.person();
      const bob = watch(bobPerson.messenger);
      const counting = (platform: Platform): Platform => ({
        ...platform,
        openSocket: (path, handlers) => {
          sockets += 1;
          return platform.openSocket(path, handlers);
        },
      });
      const alicePerson = await world.person({ through: counting });
      const one = watch(alicePerson.messenger);
      await until("the first leads", () => one.connection() === "online" && bob.connection() === "online");
      const other = watch(openAgain(alicePerson.platform));
      const id = await other.do({ kind: "write_to", username: bobPerson.me.username });
      const texts = Array.from({ length: 12 }, (_, place) => `text ${place}`);
      for (const [place, text] of texts.entries()) {
        await (place % 2 === 0 ? one : other).do({ kind: "send", conversationId: id, text });
      }
      await until("bob has all", () => bob.texts(id).length === texts.length);
      await bob.do({ kind: "send", conversationId: id, text: "got it" });
      await until("both tabs read it", () => [one, other].every((tab) => tab.texts(id).includes("got it")));
      expect(await readAll(bob, id)).toEqual([...texts, "got it"]);
      expect(await readAll(one, id)).toEqual(await readAll(other, id));
      expect(sockets).toBe(1);
      await Promise.all([one.close(), other.close(), bob.close()]);
    });

    test("the second takes over when the first goes, in the middle of writing", async () => {
      const bobPerson = await world.person();
      const bob = watch(bobPerson.messenger);
      const alicePerson = await world.person();
      const one = watch(alicePerson.messenger);
      await until("bob is ready", () => bob.connection() === "online");
      const id = await one.do({ kind: "write_to", username: bobPerson.me.username });
      const other = watch(openAgain(alicePerson.platform));
      await until("the second has the state", () => other.conversations.has(id));
      const sends = Array.from({ length: 6 }, (_, place) =>
        other.do({ kind: "send", conversationId: id, text: `text ${place}` }),
      );
      await one.close();
      await Promise.all(sends);
      await until("the second leads", () => other.connection() === "online");
      await until("bob has all", () => bob.texts(id).length === 6);
      expect((await readAll(bob, id)).toSorted()).toEqual(sends.map((_, place) => `text ${place}`));
      await Promise.all([other.close(), bob.close()]);
    });

    test("a frozen first tab is relieved, and nothing is encrypted twice when it wakes", async () => {
      const bobPerson = await world.person();
      const bob = watch(bobPerson.messenger);
      const alicePerson = await world.person();
      let frozen: Promise<void> | undefined;
      const thaw = Promise.withResolvers<void>();
      const freezing = (platform: Platform): Platform => ({
        ...platform,
        openChannel: (channelName) => {
          const channel = platform.openChannel(channelName);
          return {
            ...channel,
            listen: (listener) => channel.listen((message) => frozen ?? listener(message)),
          };
        },
      });
      await alicePerson.messenger.close();
      const one = watch(openAgain(alicePerson.platform, freezing));
      await until("bob is ready", () => bob.connection() === "online" && one.connection() === "online");
      const id = await one.do({ kind: "write_to", username: bobPerson.me.username });
      const other = watch(openAgain(alicePerson.platform));
      await until("the second has the state", () => other.conversations.has(id));
      frozen = thaw.promise;
      await other.do({ kind: "send", conversationId: id, text: "over your head" });
      await until("bob reads it", () => bob.texts(id).includes("over your head"));
      frozen = undefined;
      thaw.resolve();
      await one.do({ kind: "send", conversationId: id, text: "awake again" });
      await until("bob reads that too", () => bob.texts(id).includes("awake again"));
      expect(await readAll(bob, id)).toEqual(["over your head", "awake again"]);
      await Promise.all([one.close(), other.close(), bob.close()]);
    });
  });
}
