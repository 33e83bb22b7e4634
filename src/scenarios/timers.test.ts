import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Platform } from "../../web/delivery/platform/platform.ts";
import { EVERYTHING } from "../../web/storage/key.ts";
import { events } from "../db/tables.ts";
import { expireMessages } from "../delivery/expire-messages.ts";
import type { ConversationId } from "../protocol/ids.ts";
import { forge } from "./forge.ts";
import { changesOn, come, groupOn, ranksOn, say, startGroup } from "./grouping.ts";
import { heldClock } from "./held-clock.ts";
import { readAll, type Screen, until } from "./person.ts";
import { startAgain, startTalking, storedBy, tell } from "./talking.ts";
import { worlds } from "./world.ts";

setDefaultTimeout(90_000);
const HOUR = 3_600;
/** Milliseconds: after all that disappears here. */
const LATER = 30_000;

for (const { name, open } of worlds()) {
  describe(`messages that disappear on ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    test("are gone for both after their time, with their answers' quotes and what is found, and on the server", async () => {
      const clock = heldClock();
      const { through } = clock;
      const { alice, bob, bobPerson, id } = await startTalking(world, { through }, { through });
      await tell(alice, bob, id, "stays");
      await timer(alice, bob, id, 3);
      expect(alice.conversations.get(id)?.timer).toBe(3);
      await tell(bob, alice, id, "goes");
      const goes = idOf(alice, id, "goes");
      expect(alice.messages.get(goes)?.expiresAt).toBeGreaterThan(world.test.clock.now());
      await alice.do({ kind: "react", messageId: goes, emoji: "🌿" });
      await bob.do({ kind: "edit", messageId: goes, text: "goes too" });
      await until("it is changed", () => alice.texts(id).includes("goes too"));
      await until("bob sees the reaction", () => bob.messages.get(goes)?.reactions?.length === 1);
      expect((await alice.do({ kind: "search", text: "goes" })).hits).toHaveLength(1);
      clock.advance(LATER);
      for (const screen of [alice, bob])
        await until("it is gone", () => !screen.texts(id).some((text) => text.startsWith("goes")));
      expect((await alice.do({ kind: "search", text: "goes" })).hits).toEqual([]);
      expect(await alice.do({ kind: "quoted", conversationId: id, messageId: goes })).toBeUndefined();
      expect(alice.conversations.get(id)).toMatchObject({ unread: 0 });
      const stored = await storedBy(bobPerson);
      const kept = await stored.list("messages", { ...EVERYTHING, limit: 100 });
      expect(JSON.stringify(kept)).not.toContain("goes");
      world.test.clock.advance(LATER);
      await expireMessages(world.test.app);
      const rows = await world.test.app.db.read.select().from(events);
      expect(rows.filter((row) => row.messageId === goes)).toEqual([]);
      await timer(alice, bob, id, null);
      await tell(alice, bob, id, "stays again");
      for (const screen of [alice, bob]) {
        expect(await readAll(screen, id)).toEqual(["stays", "stays again"]);
        expect(screen.conversations.get(id)?.doubt).toBeUndefined();
      }
      await Promise.all([alice.close(), bob.close()]);
    });

    test("are gone when a closed device is opened after their time, and never come to one that was away", async () => {
      const clock = heldClock();
      const { through } = clock;
      const { alice, bob, bobPerson, id } = await startTalking(world, { through }, { through });
      await timer(alice, bob, id, 2);
      await tell(alice, bob, id, "seen once");
      await bob.close();
      const unseen = await alice.do({ kind: "send", conversationId: id, text: "never seen" });
      await until("the server has it", () => alice.messages.get(unseen)?.mark === "sent");
      world.test.clock.advance(LATER);
      clock.advance(LATER);
      await until("both are gone at hers", () => alice.texts(id).length === 0);
      const back = await startAgain(bobPerson);
      await until("it is erased", async () => (await readAll(back, id)).length === 0);
      await timer(alice, back, id, null);
      await tell(alice, back, id, "after");
      expect(await readAll(back, id)).toEqual(["after"]);
      expect(back.conversations.get(id)?.doubt).toBeUndefined();
      await Promise.all([alice.close(), back.close()]);
    });

    test("are gone for their writer too where the server never brought them back", async () => {
      const clock = heldClock();
      const network = { deaf: false };
      const { alice, alicePerson, bob, id } = await startTalking(
        world,
        { through: (platform) => deafened(clock.through(platform), network) },
        { through: clock.through },
      );
      await timer(alice, bob, id, 3);
      network.deaf = true;
      const written = await alice.do({ kind: "send", conversationId: id, text: "no echo" });
      await until("the server has it", () => alice.messages.get(written)?.mark === "sent");
      clock.advance(LATER);
      world.test.clock.advance(LATER);
      await until("it is gone", () => !alice.texts(id).includes("no echo"));
      const kept = await (await storedBy(alicePerson)).list("outbox", { ...EVERYTHING, limit: 100 });
      expect(JSON.stringify(kept)).not.toContain("no echo");
      network.deaf = false;
      await timer(bob, alice, id, null);
      await tell(bob, alice, id, "after");
      expect(await readAll(alice, id)).toEqual(["after"]);
      for (const screen of [alice, bob]) expect(screen.conversations.get(id)?.doubt).toBeUndefined();
      await Promise.all([alice.close(), bob.close()]);
    });

    test("go by the server's clock on a device whose own is hours off", async () => {
      const [wrong, right] = [heldClock(3 * HOUR * 1000), heldClock()];
      const { alice, bob, id } = await startTalking(
        world,
        { through: wrong.through },
        { through: right.through },
      );
      await timer(alice, bob, id, 4);
      await tell(alice, bob, id, "from a wrong clock");
      await tell(bob, alice, id, "to a wrong clock");
      expect(alice.texts(id)).toEqual(["from a wrong clock", "to a wrong clock"]);
      for (const clock of [wrong, right]) clock.advance(LATER);
      for (const screen of [alice, bob]) await until("both are gone", () => screen.texts(id).length === 0);
      await Promise.all([alice.close(), bob.close()]);
    });

    test("in a group are set by its owner and admins alone, and whoever comes later is told", async () => {
      const { ada, ben, cleo, id, close } = await startGroup(world);
      await expect(
        ben.screen.do({ kind: "set_timer", conversationId: id, seconds: HOUR }),
      ).rejects.toMatchObject({ code: "commit.not_allowed" });
      await ada.screen.do({ kind: "set_timer", conversationId: id, seconds: HOUR });
      for (const one of [ben, cleo])
        await until("they know", () => one.screen.conversations.get(id)?.timer === HOUR);
      expect(changesOn(ben, id)).toContainEqual({ kind: "timer", seconds: HOUR });
      const dora = await come(world);
      await ada.screen.do({ kind: "add_members", conversationId: id, usernames: [dora.name] });
      await until(
        "dora is told",
        () => groupOn(dora, id)?.name === "Family" && dora.screen.conversations.get(id)?.timer === HOUR,
      );
      await until("all know dora", () => ranksOn(ben, id)[dora.name] === "member");
      await say(dora, "an hour long", [ada, ben], id);
      expect(changesOn(dora, id)).toContainEqual({ kind: "timer", seconds: HOUR });
      await Promise.all([close(), dora.close()]);
    });

    test("are not set anew, nor unseen, by a plain member who once added somebody", async () => {
      const { ada, ben, cleo, id, close } = await startGroup(world);
      await ada.screen.do({ kind: "set_rights", conversationId: id, chosen: { addMembers: "members" } });
      await until("ben may", () => groupOn(ben, id)?.mayAdd === true);
      const dora = await come(world);
      await ben.screen.do({ kind: "add_members", conversationId: id, usernames: [dora.name] });
      await until("dora is in", () => dora.screen.conversations.get(id)?.state === "ready");
      await ada.screen.do({ kind: "set_timer", conversationId: id, seconds: null });
      await say(ada, "they stay", [ben, cleo, dora], id);
      const wanted = { kind: "timer", seconds: 2, again: true } as const;
      await forge(ben.person, id, [{ content: wanted }]);
      await say(ben, "nothing to see", [ada, cleo, dora], id);
      expect(dora.screen.conversations.get(id)?.timer).toBeUndefined();
      const erin = await come(world);
      await ben.screen.do({ kind: "add_members", conversationId: id, usernames: [erin.name] });
      await until("erin is in", () => erin.screen.conversations.get(id)?.state === "ready");
      await forge(ben.person, id, [{ content: wanted }, { content: { ...wanted, seconds: null } }]);
      await say(ben, "nor here", [ada, cleo, dora, erin], id);
      expect(erin.screen.conversations.get(id)?.timer).toBe(2);
      expect(changesOn(erin, id)).toContainEqual({ kind: "timer", seconds: 2 });
      await Promise.all([close(), dora.close(), erin.close()]);
    });
  });
}

/** Hears nothing while it is deaf, but speaks. */
function deafened(platform: Platform, network: { readonly deaf: boolean }): Platform {
  return {
    ...platform,
    fetch: async (url, init) => {
      if (network.deaf && /sync/.test(String(url))) throw new TypeError("network is down");
      return platform.fetch(url, init);
    },
    openSocket: (path, handlers) =>
      platform.openSocket(path, {
        ...handlers,
        received: (bytes) => {
          if (!network.deaf) handlers.received(bytes);
        },
      }),
  };
}

async function timer(from: Screen, to: Screen, conversationId: ConversationId, seconds: number | null) {
  await from.do({ kind: "set_timer", conversationId, seconds });
  for (const screen of [from, to])
    await until("both know", () => (screen.conversations.get(conversationId)?.timer ?? null) === seconds);
}

function idOf(screen: Screen, id: ConversationId, text: string) {
  const found = [...screen.messages.values()].find(
    ({ conversationId, body }) => conversationId === id && body.kind === "text" && body.text === text,
  );
  if (!found) throw new Error("not there");
  return found.id;
}
