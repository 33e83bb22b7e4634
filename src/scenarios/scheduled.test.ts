import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { heldClock } from "./held-clock.ts";
import { until } from "./person.ts";
import { startAgain, startTalking, tell } from "./talking.ts";
import { worlds } from "./world.ts";

setDefaultTimeout(60_000);

for (const { name, open } of worlds()) {
  describe(`a message that waits for its time on ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    test("goes out when it has come, once, behind what was written meanwhile", async () => {
      const clock = heldClock();
      const { alice, bob, id } = await startTalking(world, { through: clock.through });
      const sendAt = clock.now() + 1_000;
      const messageId = await alice.do({ kind: "send", conversationId: id, text: "happy birthday", sendAt });
      expect(alice.messages.get(messageId)).toMatchObject({ mark: "waiting", sendAt });
      expect(alice.conversations.get(id)?.last?.id).not.toBe(messageId);
      await tell(alice, bob, id, "see you later");
      expect(bob.texts(id)).toEqual(["see you later"]);
      clock.advance(1_000);
      await until("it arrives", () => bob.texts(id).length === 2);
      expect(bob.texts(id)).toEqual(["see you later", "happy birthday"]);
      await until("it is known to have", () => alice.messages.get(messageId)?.sendAt === undefined);
      expect(alice.messages.get(messageId)?.writtenAt).toBeUndefined();
      await Promise.all([alice.close(), bob.close()]);
    });

    test("waits over a restart, and goes out as soon as its device is open again", async () => {
      const clock = heldClock();
      const { alice, bob, alicePerson, id } = await startTalking(world, { through: clock.through });
      const sendAt = clock.now() + 1_000;
      const messageId = await alice.do({ kind: "send", conversationId: id, text: "late", sendAt });
      await alice.close();
      clock.advance(1_000);
      expect(bob.texts(id)).toEqual([]);
      const back = await startAgain(alicePerson);
      await until("it arrives", () => bob.texts(id).includes("late"));
      await until("it is sent", () => back.messages.get(messageId)?.sequence !== undefined);
      expect(bob.texts(id)).toEqual(["late"]);
      await Promise.all([back.close(), bob.close()]);
    });

    test("goes out at once when its writer wants it, or never", async () => {
      const { alice, bob, id } = await startTalking(world);
      const sendAt = Date.now() + 60 * 60 * 1000;
      const now = await alice.do({ kind: "send", conversationId: id, text: "now", sendAt });
      const never = await alice.do({ kind: "send", conversationId: id, text: "never", sendAt });
      await alice.do({ kind: "retry", messageId: now });
      await alice.do({ kind: "discard", messageId: never });
      await until("it arrives", () => bob.texts(id).includes("now"));
      await tell(alice, bob, id, "after");
      expect(bob.texts(id)).toEqual(["now", "after"]);
      expect(alice.messages.has(never)).toBe(false);
      await Promise.all([alice.close(), bob.close()]);
    });
  });
}
