import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Platform } from "../../web/delivery/platform/platform.ts";
import { openAgain } from "../../web/headless.ts";
import { cable } from "./cable.ts";
import { readAll, until, watch } from "./person.ts";
import { worlds } from "./world.ts";

setDefaultTimeout(60_000);

for (const { name, open } of worlds()) {
  describe(`a client whose network goes away on ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    test("keeps what is written, also over a restart, and sends it once when the network is back", async () => {
      const network = cable();
      const bobPerson = await world.person();
      const bob = watch(bobPerson.messenger);
      const alicePerson = await world.person({ through: network.through });
      const before = watch(alicePerson.messenger);
      await until("both are ready", () => before.connection() === "online" && bob.connection() === "online");
      const id = await before.do({ kind: "write_to", username: bobPerson.me.username });
      network.cut();
      await until("alice knows", () => before.connection() !== "online");
      const sent = await before.do({ kind: "send", conversationId: id, text: "into the void" });
      expect(before.messages.get(sent)?.mark).toBe("waiting");
      await before.close();
      const after = watch(openAgain(alicePerson.platform));
      await until("what is stored is shown without network", () => after.conversations.has(id));
      expect(await readAll(after, id)).toEqual(["into the void"]);
      expect(after.messages.get(sent)?.mark).toBe("waiting");
      network.mend();
      await after.do({ kind: "reconnect" });
      await until("bob reads it", () => bob.texts(id).length > 0);
      await until("alice is told", () => after.messages.get(sent)?.mark === "delivered");
      expect(await readAll(bob, id)).toEqual(["into the void"]);
      await Promise.all([after.close(), bob.close()]);
    });

    test("sends the same bytes again when an answer was lost, and the message counts once", async () => {
      const bodies: string[] = [];
      let lose = 2;
      const forgetful = (platform: Platform): Platform => ({
        ...platform,
        fetch: async (url, init) => {
          const answer = await platform.fetch(url, init);
          if (!url.endsWith("/messages")) return answer;
          if (init.body instanceof Uint8Array) bodies.push(init.body.toBase64());
          lose -= 1;
          if (lose >= 0) throw new TypeError("connection reset");
          return answer;
        },
      });
      const bobPerson = await world.person();
      const bob = watch(bobPerson.messenger);
      const alice = watch((await world.person({ through: forgetful })).messenger);
      await until("bob is ready", () => bob.connection() === "online");
      const id = await alice.do({ kind: "write_to", username: bobPerson.me.username });
      await alice.do({ kind: "send", conversationId: id, text: "once" });
      await alice.do({ kind: "send", conversationId: id, text: "then this" });
      await until("bob reads both", () => bob.texts(id).length === 2);
      expect(await readAll(bob, id)).toEqual(["once", "then this"]);
      const first = bodies[0] ?? "";
      expect(bodies.filter((body) => body !== first).length).toBeLessThanOrEqual(1);
      await Promise.all([alice.close(), bob.close()]);
    });
  });
}
