import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { eq } from "drizzle-orm";
import type { MessageView } from "../../web/delivery/patches.ts";
import type { Platform } from "../../web/delivery/platform/platform.ts";
import type { Headless } from "../../web/headless.ts";
import { placed } from "../../web/storage/key.ts";
import { events } from "../db/tables.ts";
import { type ConversationId, type MessageId, newId, newMessageId } from "../protocol/ids.ts";
import { forge } from "./forge.ts";
import { type Screen, until } from "./person.ts";
import { startAgain, startTalking, storedBy, tell } from "./talking.ts";
import { worlds } from "./world.ts";

setDefaultTimeout(60_000);

for (const { name, open } of worlds()) {
  describe(`what is done about a message on ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    test("an answer names what it answers, and finds it", async () => {
      const { alice, bob, id } = await startTalking(world);
      await tell(alice, bob, id, "tea or coffee?");
      const question = saying(bob, "tea or coffee?");
      await bob.do({ kind: "send", conversationId: id, text: "tea", replyTo: question.id });
      await until("alice reads it", () => alice.texts(id).includes("tea"));
      expect(saying(alice, "tea").body).toMatchObject({ replyTo: question.id });
      const quoted = await alice.do({ kind: "quoted", conversationId: id, messageId: question.id });
      expect(quoted?.body).toMatchObject({ text: "tea or coffee?" });
      const notes = await alice.do({ kind: "write_to_self" });
      for (const [conversationId, messageId] of [
        [id, newId<MessageId>()],
        [notes, question.id],
      ] as const)
        expect(await alice.do({ kind: "quoted", conversationId, messageId })).toBeUndefined();
      await Promise.all([alice.close(), bob.close()]);
    });

    test("its author changes it, everybody sees what it said before, also after a restart", async () => {
      const { alice, bob, bobPerson, id } = await startTalking(world);
      await tell(alice, bob, id, "at six");
      const { id: messageId } = saying(alice, "at six");
      for (const text of ["at seven", "at eight"]) {
        await alice.do({ kind: "edit", messageId, text });
        await until("bob sees it", () => bob.texts(id).includes(text));
      }
      const back = await bob.close().then(() => startAgain(bobPerson));
      await back.do({ kind: "open", conversationId: id });
      const seen = back.messages.get(messageId);
      expect(seen?.body).toMatchObject({ text: "at eight" });
      expect(seen?.earlier?.map(({ text }) => text)).toEqual(["at six", "at seven"]);
      expect(back.conversations.get(id)?.last?.body).toMatchObject({ text: "at eight" });
      expect(back.conversations.get(id)?.unread).toBe(1);
      await Promise.all([alice.close(), back.close()]);
    });

    test("its author takes it back for everybody, and nothing of it is left on any device", async () => {
      const { alice, bob, alicePerson, bobPerson, id } = await startTalking(world);
      await tell(alice, bob, id, "not for you");
      const { id: messageId } = saying(alice, "not for you");
      await alice.do({ kind: "edit", messageId, text: "not for you at all" });
      await alice.do({ kind: "delete", messageId, forAll: true });
      await until("it is gone for bob", () => bob.messages.get(messageId)?.body.kind === "deleted");
      await until("it is gone for alice", () => alice.messages.get(messageId)?.body.kind === "deleted");
      await tell(bob, alice, id, "what was it?");
      for (const person of [alicePerson, bobPerson])
        expect(JSON.stringify(await everyMessage(person, id))).not.toContain("not for you");
      for (const screen of [alice, bob]) expect(screen.conversations.get(id)?.doubt).toBeUndefined();
      await expect(alice.do({ kind: "edit", messageId, text: "again" })).resolves.toBeUndefined();
      expect(alice.messages.get(messageId)?.body.kind).toBe("deleted");
      await Promise.all([alice.close(), bob.close()]);
    });

    test("what was taken back before somebody fetched it is nowhere on the server, and they see that it was", async () => {
      const { alice, bob, bobPerson, id } = await startTalking(world);
      await tell(alice, bob, id, "hello");
      await bob.close();
      await alice.do({ kind: "send", conversationId: id, text: "not for you" });
      const { id: messageId } = saying(alice, "not for you");
      await until("it is sent", () => alice.messages.get(messageId)?.mark === "sent");
      await alice.do({ kind: "delete", messageId, forAll: true });
      const { db } = world.test.app;
      const kindNow = async () =>
        (await db.read.select().from(events).where(eq(events.messageId, messageId)))[0]?.kind;
      await until("the server has dropped it", async () => (await kindNow()) === "erased");
      await alice.do({ kind: "send", conversationId: id, text: "for you" });
      const back = await startAgain(bobPerson);
      await until("bob has what follows", () => back.texts(id).includes("for you"));
      await back.do({ kind: "open", conversationId: id });
      expect(back.texts(id)).toEqual(["hello", "(deleted)", "for you"]);
      await tell(back, alice, id, "thanks");
      for (const screen of [alice, back]) expect(screen.conversations.get(id)?.doubt).toBeUndefined();
      await Promise.all([alice.close(), back.close()]);
    });

    test("taken out here, it stays with the other", async () => {
      const { alice, bob, alicePerson, id } = await startTalking(world);
      await tell(alice, bob, id, "first");
      await tell(bob, alice, id, "second");
      const { id: messageId } = saying(alice, "second");
      await alice.do({ kind: "delete", messageId, forAll: false });
      expect(alice.texts(id)).toEqual(["first"]);
      expect(alice.conversations.get(id)?.last?.body).toMatchObject({ text: "first" });
      const back = await alice.close().then(() => startAgain(alicePerson));
      await back.do({ kind: "open", conversationId: id });
      expect(back.texts(id)).toEqual(["first"]);
      expect(bob.texts(id)).toEqual(["first", "second"]);
      await Promise.all([back.close(), bob.close()]);
    });

    test("reactions are one of each, changed and taken back", async () => {
      const { alice, bob, alicePerson, bobPerson, id } = await startTalking(world);
      await tell(alice, bob, id, "I am coming");
      const { id: messageId } = saying(alice, "I am coming");
      const by = (screen: Screen) =>
        (screen.messages.get(messageId)?.reactions ?? []).map(({ accountId, emoji }) => [accountId, emoji]);
      await bob.do({ kind: "react", messageId, emoji: "🎉" });
      expect(by(bob)).toEqual([[bobPerson.me.accountId, "🎉"]]);
      await until("alice sees it", () => by(alice).length === 1);
      await alice.do({ kind: "react", messageId, emoji: "👍🏽" });
      await bob.do({ kind: "react", messageId, emoji: "❤️" });
      const both = [
        [alicePerson.me.accountId, "👍🏽"],
        [bobPerson.me.accountId, "❤️"],
      ];
      for (const screen of [alice, bob])
        await until(
          "both are there",
          () => by(screen).length === 2 && JSON.stringify(by(screen)).includes("❤️"),
        );
      for (const screen of [alice, bob]) expect(by(screen)).toEqual(both);
      expect(alice.conversations.get(id)?.unread).toBe(0);
      await bob.do({ kind: "react", messageId, emoji: null });
      await until("alice sees it gone", () => by(alice).length === 1);
      await Promise.all([alice.close(), bob.close()]);
    });

    test("what is done about another's message by whoever may not, or before it came, changes nothing", async () => {
      const { alice, bob, bobPerson, id } = await startTalking(world);
      await tell(alice, bob, id, "mine");
      const { id: messageId } = saying(alice, "mine");
      for (const kind of ["edit", "delete"] as const)
        await bob.do(
          kind === "edit" ? { kind, messageId, text: "yours" } : { kind, messageId, forAll: true },
        );
      expect(bob.texts(id)).toEqual(["mine"]);
      const unknown = newId<MessageId>();
      await forge(bobPerson, id, [
        { content: { kind: "edit", target: messageId, text: "yours" } },
        { content: { kind: "delete", target: messageId } },
        { content: { kind: "edit", target: unknown, text: "nothing" } },
        { content: { kind: "reaction", target: unknown, emoji: "👻" } },
      ]);
      await tell(bob, alice, id, "done");
      expect(alice.messages.get(messageId)?.body).toMatchObject({ text: "mine" });
      expect(alice.messages.get(messageId)?.earlier).toBeUndefined();
      expect(alice.texts(id)).toEqual(["mine", "done"]);
      await until("only what was said counts", () => alice.conversations.get(id)?.unread === 1);
      await Promise.all([alice.close(), bob.close()]);
    });

    test("what was done before the message came is done when it comes", async () => {
      const { alice, bob, bobPerson, alicePerson, id } = await startTalking(world);
      const later = newMessageId();
      await forge(bobPerson, id, [
        { content: { kind: "edit", target: later, text: "as it should be" } },
        { content: { kind: "reaction", target: later, emoji: "🌿" } },
      ]);
      await tell(bob, alice, id, "wait");
      await forge(bobPerson, id, [{ messageId: later, content: { kind: "text", text: "as it was" } }]);
      await tell(bob, alice, id, "done");
      await until("it has come", () => alice.messages.has(later));
      expect(alice.messages.get(later)?.body).toMatchObject({ text: "as it should be" });
      expect(alice.messages.get(later)?.reactions?.map(({ emoji }) => emoji)).toEqual(["🌿"]);
      const vault = await storedBy(alicePerson);
      expect(await vault.read("deeds", `${id}|${later}`)).toBeUndefined();
      vault.close();
      await Promise.all([alice.close(), bob.close()]);
    });

    test("what the server has, but has not sent back yet, is answered, changed and taken back like any other", async () => {
      const late = lateSocket();
      const { alice, bob, id } = await startTalking(world, { through: late.through });
      await tell(bob, alice, id, "hello");
      late.hold();
      const says = async (text: string) => {
        const messageId = await alice.do({ kind: "send", conversationId: id, text });
        await until("it is sent", () => alice.messages.get(messageId)?.mark === "sent");
        return messageId;
      };
      const [changed, taken, hidden] = [await says("at six"), await says("not for you"), await says("away")];
      await alice.do({ kind: "edit", messageId: changed, text: "at seven" });
      await alice.do({ kind: "react", messageId: changed, emoji: "🌿" });
      await alice.do({ kind: "delete", messageId: taken, forAll: true });
      await alice.do({ kind: "delete", messageId: hidden, forAll: false });
      const shown = ["hello", "at seven", "(deleted)"];
      expect(alice.texts(id)).toEqual(shown);
      await alice.do({ kind: "open", conversationId: id });
      expect(alice.texts(id)).toEqual(shown);
      const told: string[] = [];
      const watching = setInterval(() => told.push(...alice.texts(id)), 1);
      await until("bob has it", () => bob.messages.get(changed)?.reactions?.length === 1);
      await late.release();
      await tell(bob, alice, id, "as you say");
      clearInterval(watching);
      expect(alice.texts(id)).toEqual([...shown, "as you say"]);
      expect(new Set(told).difference(new Set([...shown, "as you say"]))).toEqual(new Set());
      expect(bob.texts(id)).toEqual(["hello", "at seven", "(deleted)", "away", "as you say"]);
      const { db } = world.test.app;
      const [row] = await db.read.select().from(events).where(eq(events.messageId, taken));
      expect(row?.kind).toBe("erased");
      for (const screen of [alice, bob]) expect(screen.conversations.get(id)?.doubt).toBeUndefined();
      await Promise.all([alice.close(), bob.close()]);
    });

    test("a message is forwarded without saying who wrote it", async () => {
      const { alice, bob, id } = await startTalking(world);
      await tell(bob, alice, id, "rice: forty minutes");
      const notes = await alice.do({ kind: "write_to_self" });
      await alice.do({ kind: "forward", messageId: saying(alice, "rice: forty minutes").id, to: notes });
      await until("it is there", () => alice.texts(notes).length === 1);
      const copy = [...alice.messages.values()].find(({ conversationId }) => conversationId === notes);
      expect(copy?.body).toEqual({ kind: "text", text: "rice: forty minutes", forwarded: true });
      await Promise.all([alice.close(), bob.close()]);
    });
  });
}

function saying(screen: Screen, text: string): MessageView {
  const found = [...screen.messages.values()].find(({ body }) => body.kind === "text" && body.text === text);
  if (!found) throw new Error(`nobody said "${text}"`);
  return found;
}

/** While it is held nothing that the server tells by its socket arrives. */
function lateSocket() {
  let holding = false;
  const held: (() => void)[] = [];
  const through = (platform: Platform): Platform => ({
    ...platform,
    openSocket: (path, handlers) =>
      platform.openSocket(path, {
        ...handlers,
        received: (bytes) => (holding ? held.push(() => handlers.received(bytes)) : handlers.received(bytes)),
      }),
  });
  return {
    through,
    hold: () => {
      holding = true;
    },
    /** One by one, so that each state in between is seen. */
    release: async () => {
      for (let next = held.shift(); next; next = held.shift()) {
        next();
        await Bun.sleep(20);
      }
      holding = false;
    },
  };
}

async function everyMessage(person: Headless, id: ConversationId) {
  const vault = await storedBy(person);
  const found = await vault.list("messages", { from: placed(id, 0), to: placed(id, 1e12), limit: 1000 });
  vault.close();
  return found;
}
