import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Platform } from "../../web/delivery/platform/platform.ts";
import { openAgain } from "../../web/headless.ts";
import { dropDelivered } from "../delivery/drop-delivered.ts";
import { countKeyPackages } from "../protocol/devices.ts";
import type { MessageId } from "../protocol/ids.ts";
import { cable } from "./cable.ts";
import { readAll, type Screen, until, watch } from "./person.ts";
import { startTalking, tell } from "./talking.ts";
import { worlds } from "./world.ts";

setDefaultTimeout(60_000);

const DAY = 24 * 60 * 60 * 1000;
const AWAY = 181;

for (const { name, open } of worlds()) {
  describe(`what waited for longer than ids are remembered, on ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());
    const atTestTime = (platform: Platform): Platform => ({ ...platform, clock: world.test.clock });

    test("goes out only when its author asks again, and nobody reads it twice", async () => {
      const network = cable();
      const answers = { lost: false };
      const talking = await startTalking(
        world,
        { through: (platform) => losing(network.through(atTestTime(platform)), answers, network.cut) },
        { through: atTestTime },
      );
      const { alice, alicePerson, bob, bobPerson, id } = talking;
      await tell(alice, bob, id, "before");
      answers.lost = true;
      const arrived = await alice.do({ kind: "send", conversationId: id, text: "arrived" });
      await until("bob reads it", () => bob.texts(id).includes("arrived"));
      await until("alice is cut off", () => alice.connection() === "offline");
      const unsent = await alice.do({ kind: "send", conversationId: id, text: "never left" });
      await alice.close();

      for (let day = 0; day < AWAY; day += 1) {
        world.test.clock.advance(DAY);
        if (day % 20 === 0) for (const { call } of [alicePerson, bobPerson]) await call(countKeyPackages, {});
      }
      await dropDelivered(world.test.app);
      answers.lost = false;
      network.mend();
      const again = watch(openAgain(alicePerson.platform));
      await again.do({ kind: "open", conversationId: id });
      for (const one of [arrived, unsent])
        await until("she is asked", () => again.messages.get(one)?.failure === "too_old");
      expect(bob.texts(id)).toEqual(["before", "arrived"]);

      for (const messageId of [arrived, unsent]) await again.do({ kind: "retry", messageId });
      await until("bob reads what never left", () => bob.texts(id).includes("never left"));
      for (const one of [arrived, unsent]) await until("they are sent", () => isSent(again, one));
      expect(await readAll(bob, id)).toEqual(["before", "arrived", "never left"]);
      for (const screen of [again, bob]) expect(screen.conversations.get(id)?.doubt).toBeUndefined();
      await Promise.all([again.close(), bob.close()]);
    });
  });
}

/** Messages go up, the answer does not come back, and with it goes the network. */
function losing(platform: Platform, answers: { readonly lost: boolean }, cut: () => void): Platform {
  return {
    ...platform,
    fetch: async (url, init) => {
      if (!answers.lost || !url.endsWith("/messages")) return platform.fetch(url, init);
      const sent = platform.fetch(url, init);
      cut();
      await sent;
      throw new TypeError("connection reset");
    },
  };
}

function isSent({ messages }: Screen, id: MessageId): boolean {
  const mark = messages.get(id)?.mark;
  return mark === "sent" || mark === "delivered" || mark === "read";
}
