import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Platform } from "../../web/delivery/platform/platform.ts";
import type { Headless } from "../../web/headless.ts";
import type { ConversationId } from "../protocol/ids.ts";
import { meeting } from "./meeting.ts";
import { readAll, type Screen, until } from "./person.ts";
import { epochAt, startAgain, startTalking, storedBy, tell } from "./talking.ts";
import { worlds } from "./world.ts";

setDefaultTimeout(60_000);

for (const { name, open } of worlds()) {
  describe(`a group that changes while people talk on ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    test("a device that was added by a key package makes its key anew after its first message, once", async () => {
      const { alice, bob, bobPerson, id } = await startTalking(world);
      await tell(alice, bob, id, "one");
      expect(await epochAt(world, id)).toBe(1);
      await tell(bob, alice, id, "two");
      await until("bob has a new key", async () => (await epochAt(world, id)) === 2);
      await tell(bob, alice, id, "three");
      await tell(alice, bob, id, "four");
      const [key, waiting] = await readKey(bobPerson, id);
      expect([key?.offered, key?.sent, waiting]).toEqual([false, 1, undefined]);
      expect(await epochAt(world, id)).toBe(2);
      await Promise.all([alice.close(), bob.close()]);
    });

    test("a key is made anew after a week, and not for somebody who wrote nothing since", async () => {
      let later = 0;
      const ahead = (platform: Platform): Platform => ({
        ...platform,
        clock: { now: () => platform.clock.now() + later },
      });
      const { alice, alicePerson, bob, id } = await startTalking(world, { through: ahead });
      later += 8 * DAY;
      await alice.close();
      const quiet = await startAgain(alicePerson);
      await tell(bob, quiet, id, "bob's key changes");
      await until("bob has a new key", async () => (await epochAt(world, id)) === 2);
      await tell(quiet, bob, id, "alice's key changes");
      await until("alice has a new key", async () => (await epochAt(world, id)) === 3);
      await tell(quiet, bob, id, "and stays");
      await tell(bob, quiet, id, "well");
      expect(await epochAt(world, id)).toBe(3);
      await Promise.all([quiet.close(), bob.close()]);
    });

    test("of two commits at once one wins, the other comes after it, and both talk on", async () => {
      const gate = meeting(2);
      const { alice, alicePerson, bob, bobPerson, id } = await startTalking(
        world,
        { through: gate.through },
        { through: gate.through },
      );
      await tell(alice, bob, id, "one");
      await Promise.all([alice.close(), bob.close()]);
      for (const person of [alicePerson, bobPerson]) await makeDue(person, id);
      gate.close();
      const [alices, bobs] = await Promise.all([startAgain(alicePerson), startAgain(bobPerson)]);
      await until("both have new keys", async () => (await epochAt(world, id)) === 3, 20_000);
      expect(gate.refused()).toBe(1);
      await tell(alices, bobs, id, "two");
      await tell(bobs, alices, id, "three");
      await expectSame(alices, bobs, id, ["one", "two", "three"]);
      await Promise.all([alices.close(), bobs.close()]);
    });

    test("keys change while messages fly both ways, and none is lost, doubled or out of order", async () => {
      const { alice, alicePerson, bob, bobPerson, id } = await startTalking(world);
      await tell(alice, bob, id, "first");
      await Promise.all([alice.close(), bob.close()]);
      for (const person of [alicePerson, bobPerson]) await makeDue(person, id, 490);
      const [alices, bobs] = await Promise.all([startAgain(alicePerson), startAgain(bobPerson)]);
      const epoch = await epochAt(world, id);
      const write = async (screen: Screen, who: string) => {
        for (let place = 0; place < 40; place += 1) {
          await screen.do({ kind: "send", conversationId: id, text: `${who} ${place}` });
          await Bun.sleep(5);
        }
      };
      await Promise.all([write(alices, "alice"), write(bobs, "bob")]);
      await until("all arrive", () => [alices, bobs].every((one) => one.texts(id).length >= 80), 20_000);
      await until("both have new keys", async () => (await epochAt(world, id)) >= epoch + 2);
      const texts = await readAll(alices, id);
      await expectSame(alices, bobs, id, texts);
      for (const who of ["alice", "bob"])
        expect(texts.filter((text) => text.startsWith(who))).toEqual(
          Array.from({ length: 40 }, (_, place) => `${who} ${place}`),
        );
      await Promise.all([alices.close(), bobs.close()]);
    });
  });
}

const DAY = 24 * 60 * 60 * 1000;

async function readKey(person: Headless, id: ConversationId) {
  const vault = await storedBy(person);
  return [(await vault.read("conversations", id))?.leafKey, await vault.read("commits", id)] as const;
}

async function makeDue(person: Headless, id: ConversationId, sent = 500): Promise<void> {
  const vault = await storedBy(person);
  await vault.change(async (change) => {
    const conversation = await change.read("conversations", id);
    if (!conversation) throw new Error("there is no such conversation");
    const leafKey = { since: Date.now(), sent, offered: false };
    change.put("conversations", id, { ...conversation, leafKey });
  });
}

async function expectSame(alice: Screen, bob: Screen, id: ConversationId, texts: readonly string[]) {
  expect(await readAll(alice, id)).toEqual([...texts]);
  expect(await readAll(bob, id)).toEqual([...texts]);
  for (const screen of [alice, bob]) expect(screen.conversations.get(id)).toMatchObject({ state: "ready" });
  for (const screen of [alice, bob]) expect(screen.conversations.get(id)?.doubt).toBeUndefined();
}
