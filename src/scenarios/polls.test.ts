import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { and, eq } from "drizzle-orm";
import * as v from "valibot";
import type { MessageView } from "../../web/delivery/patches.ts";
import type { Platform } from "../../web/delivery/platform/platform.ts";
import { openAgain } from "../../web/headless.ts";
import { events } from "../db/tables.ts";
import { decodeBinary, encodeBinary } from "../protocol/codec.ts";
import { frameDown, type MessageEvent } from "../protocol/delivery.ts";
import { type ConversationId, type MessageId, newId, newMessageId } from "../protocol/ids.ts";
import type { Poll } from "../protocol/polls.ts";
import { cable } from "./cable.ts";
import { forge } from "./forge.ts";
import { come, type Member, ranksOn, say, see, startGroup } from "./grouping.ts";
import { readAll, type Screen, until, watch } from "./person.ts";
import { startAgain, startTalking, tell } from "./talking.ts";
import { type World, worlds } from "./world.ts";

setDefaultTimeout(60_000);

const FOOD: Poll = { options: ["rice", "bread", "soup"], several: false };
const QUESTION = "What do we eat?";

for (const { name, open } of worlds()) {
  describe(`a poll on ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    test("is answered, answered otherwise and not at all, which is the same for everybody, also after a restart", async () => {
      const { ada, ben, cleo, id } = await startGroup(world);
      const poll = await ask(ada, [ben, cleo], id);
      await see(ben, id);
      await vote(ben, poll, [0]);
      expect(votesOn(ben.screen, poll)).toEqual({ [ben.id]: [0] });
      await vote(cleo, poll, [0]);
      await vote(ada, poll, [1]);
      await vote(ben, poll, [2]);
      for (const one of [ada, ben, cleo])
        await shows(one.screen, poll, { [ada.id]: [1], [ben.id]: [2], [cleo.id]: [0] });
      await vote(cleo, poll, []);
      for (const one of [ada, ben, cleo]) await shows(one.screen, poll, { [ada.id]: [1], [ben.id]: [2] });
      await until("the poll alone is unread", () => ben.screen.conversations.get(id)?.unread === 0);
      expect(cleo.screen.conversations.get(id)?.unread).toBe(1);
      expect(cleo.screen.conversations.get(id)?.last?.body).toMatchObject({ text: QUESTION });
      await ben.close();
      const back = await startAgain(ben.person);
      expect(await readAll(back, id)).toEqual([QUESTION]);
      await shows(back, poll, { [ada.id]: [1], [ben.id]: [2] });
      expect(back.messages.get(poll)?.body).toMatchObject({ poll: FOOD });
      for (const screen of [ada.screen, back, cleo.screen])
        expect(screen.conversations.get(id)?.doubt).toBeUndefined();
      await Promise.all([ada.close(), back.close(), cleo.close()]);
    });

    test("may take several answers of each", async () => {
      const { alice, bob, alicePerson, bobPerson, id } = await startTalking(world);
      const asked = { ...FOOD, several: true };
      const poll = await alice.do({ kind: "send", conversationId: id, text: QUESTION, poll: asked });
      await until("bob sees it", () => bob.messages.has(poll));
      await bob.do({ kind: "vote", messageId: poll, choices: [0, 2] });
      await until("alice sees it", () => alice.messages.get(poll)?.votes !== undefined);
      await alice.do({ kind: "vote", messageId: poll, choices: [2] });
      for (const screen of [alice, bob])
        await shows(screen, poll, { [bobPerson.me.accountId]: [0, 2], [alicePerson.me.accountId]: [2] });
      await Promise.all([alice.close(), bob.close()]);
    });

    test("that was closed counts no vote that was still on its way, and tells whoever cast it", async () => {
      const network = cable();
      const [ada, ben] = [await come(world), await come(world, network.through)];
      const id = await startPair(ada, ben);
      const poll = await ask(ada, [ben], id);
      network.cut();
      await until("ben is away", () => ben.screen.connection() !== "online");
      await vote(ben, poll, [0]);
      expect(votesOn(ben.screen, poll)).toEqual({ [ben.id]: [0] });
      await vote(ada, poll, [1]);
      await ada.screen.do({ kind: "close", messageId: poll });
      const behind = await ada.screen.do({ kind: "send", conversationId: id, text: "closed" });
      await until("the server has both", () => ada.screen.messages.get(behind)?.mark === "sent");
      network.mend();
      await ben.screen.do({ kind: "reconnect" });
      for (const { screen } of [ada, ben]) {
        await until("his was late", () => screen.messages.get(poll)?.closed?.late.join() === ben.id);
        await shows(screen, poll, { [ada.id]: [1] });
        expect(screen.messages.get(poll)?.closed?.by).toBe(ada.id);
      }
      await ada.screen.do({ kind: "vote", messageId: poll, choices: [2] });
      await say(ada, "nor this", [ben], id);
      expect(votesOn(ben.screen, poll)).toEqual({ [ada.id]: [1] });
      await Promise.all([ada.close(), ben.close()]);
    });

    test("is closed by whoever asked and by those in charge, and by nobody else", async () => {
      const { ada, ben, cleo, id, close } = await startGroup(world);
      const poll = await ask(ben, [ada, cleo], id);
      await cleo.screen.do({ kind: "close", messageId: poll });
      await forge(cleo.person, id, [{ content: { kind: "close", target: poll } }]);
      await say(cleo, "closed?", [ada, ben], id);
      for (const one of [ada, ben, cleo]) expect(one.screen.messages.get(poll)?.closed).toBeUndefined();
      await ada.screen.do({ kind: "set_rank", conversationId: id, accountId: cleo.id, rank: "moderator" });
      await until("cleo knows", () => ranksOn(cleo, id)[cleo.name] === "moderator");
      await cleo.screen.do({ kind: "close", messageId: poll });
      for (const one of [ada, ben, cleo])
        await until("it is closed", () => one.screen.messages.get(poll)?.closed?.by === cleo.id);
      const own = await ask(ben, [ada, cleo], id);
      await ben.screen.do({ kind: "close", messageId: own });
      await until("its author closed it", () => ada.screen.messages.get(own)?.closed?.by === ben.id);
      await close();
    });

    test("gets what was voted without network, over a restart, once", async () => {
      const network = cable();
      const [ada, ben] = [await come(world), await come(world, network.through)];
      const id = await startPair(ada, ben);
      const poll = await ask(ada, [ben], id);
      await say(ben, "let me see", [ada], id);
      network.cut();
      await vote(ben, poll, [0]);
      await vote(ben, poll, [1]);
      await ben.close();
      const back = await startAway(ben, id);
      await shows(back, poll, { [ben.id]: [1] });
      const before = await messagesOf(world, ben);
      network.mend();
      await back.do({ kind: "reconnect" });
      await shows(ada.screen, poll, { [ben.id]: [1] });
      await say(ada, "thanks", [{ ...ben, screen: back }], id);
      await shows(back, poll, { [ben.id]: [1] });
      expect((await messagesOf(world, ben)) - before).toBe(2);
      await Promise.all([ada.close(), back.close()]);
    });

    test("is answered by votes that came before it", async () => {
      const { alice, bob, bobPerson, id } = await startTalking(world);
      const later = newMessageId();
      await forge(bobPerson, id, [
        { content: { kind: "vote", target: later, choices: [0] } },
        { content: { kind: "vote", target: later, choices: [2] } },
        { messageId: later, content: { kind: "text", text: QUESTION, poll: FOOD } },
      ]);
      await tell(bob, alice, id, "done");
      await shows(alice, later, { [bobPerson.me.accountId]: [2] });
      await Promise.all([alice.close(), bob.close()]);
    });

    test("counts no vote for what it does not offer, for too much, twice, or for no poll, and stays as it was asked", async () => {
      const { ada, ben, cleo, id, close } = await startGroup(world);
      await say(ada, "no poll", [ben], id);
      const poll = await ask(ada, [ben, cleo], id);
      const words = saying(ben.screen, "no poll");
      await vote(ada, poll, [1]);
      await shows(ben.screen, poll, { [ada.id]: [1] });
      await forge(ada.person, id, [{ content: { kind: "edit", target: poll, text: "Who is paid?" } }]);
      await forge(ben.person, id, [
        { content: { kind: "vote", target: poll, choices: [0, 1] } },
        { content: { kind: "vote", target: poll, choices: [3] } },
        { content: { kind: "vote", target: poll, choices: [0, 0] } },
        { content: { kind: "vote", target: words, choices: [0] } },
        { content: { kind: "vote", target: newId<MessageId>(), choices: [0] } },
        { content: { kind: "close", target: words } },
      ]);
      await say(ben, "done", [ada, cleo], id);
      await say(ada, "and this", [ben, cleo], id);
      for (const one of [ada, ben, cleo]) {
        expect(votesOn(one.screen, poll)).toEqual({ [ada.id]: [1] });
        expect(one.screen.messages.get(poll)?.body).toMatchObject({ text: QUESTION });
        expect(one.screen.messages.get(poll)?.earlier).toBeUndefined();
        expect(one.screen.messages.get(words)?.votes).toBeUndefined();
        expect(one.screen.texts(id)).toEqual(["no poll", QUESTION, "done", "and this"]);
      }
      await close();
    });

    test("counts no vote under another's name, and says that something is wrong", async () => {
      const [ben, cleo] = [await come(world), await come(world)];
      let lies = false;
      const asBen = (event: MessageEvent): MessageEvent =>
        lies && event.senderAccountId === cleo.id ? { ...event, senderAccountId: ben.id } : event;
      const ada = await come(world, (platform) => relabelling(platform, asBen));
      const usernames = [ben.name, cleo.name];
      const id = await ada.screen.do({ kind: "found_group", name: "Family", usernames });
      for (const { screen } of [ben, cleo])
        await until("they are in", () => screen.conversations.get(id)?.state === "ready");
      const poll = await ask(ada, [ben, cleo], id);
      lies = true;
      await vote(cleo, poll, [0]);
      await until("ada doubts", () => ada.screen.conversations.get(id)?.doubt === "history_differs");
      expect(votesOn(ada.screen, poll)).toEqual({});
      await shows(ben.screen, poll, { [cleo.id]: [0] });
      await Promise.all([ada, ben, cleo].map((one) => one.close()));
    });

    test("keeps the votes of whoever was in and counts none of theirs afterwards", async () => {
      const network = cable();
      const [ada, ben, cleo] = [await come(world), await come(world), await come(world, network.through)];
      const usernames = [ben.name, cleo.name];
      const id = await ada.screen.do({ kind: "found_group", name: "Family", usernames });
      for (const { screen } of [ben, cleo])
        await until("they are in", () => screen.conversations.get(id)?.state === "ready");
      const poll = await ask(ada, [ben, cleo], id);
      await vote(cleo, poll, [0]);
      await shows(ben.screen, poll, { [cleo.id]: [0] });
      network.cut();
      await vote(cleo, poll, [1]);
      await ada.screen.do({ kind: "remove_member", conversationId: id, accountId: cleo.id });
      await until("she is out", () => ranksOn(ben, id)[cleo.name] === undefined);
      network.mend();
      await cleo.screen.do({ kind: "reconnect" });
      await until("she knows", () => cleo.screen.conversations.get(id)?.state === "frozen");
      await expect(cleo.screen.do({ kind: "vote", messageId: poll, choices: [2] })).rejects.toThrow();
      await say(ada, "so", [ben], id);
      for (const one of [ada, ben]) expect(votesOn(one.screen, poll)).toEqual({ [cleo.id]: [0] });
      await Promise.all([ada, ben, cleo].map((one) => one.close()));
    });

    test("is answered by nobody who may not write", async () => {
      const { ada, ben, cleo, id } = await startGroup(world);
      const poll = await ask(ada, [ben, cleo], id);
      await ada.screen.do({ kind: "set_rights", conversationId: id, chosen: { write: "admins" } });
      await until("ben knows", () => ben.screen.conversations.get(id)?.group?.silent === true);
      await expect(vote(ben, poll, [0])).rejects.toThrow("message.not_allowed");
      expect(votesOn(ben.screen, poll)).toEqual({});
      await forge(ben.person, id, [{ content: { kind: "vote", target: poll, choices: [0] } }]);
      await ben.close();
      const back = await startAgain(ben.person);
      await back.do({ kind: "open", conversationId: id });
      await shows(back, poll, {});
      await vote(ada, poll, [1]);
      for (const screen of [ada.screen, back, cleo.screen]) await shows(screen, poll, { [ada.id]: [1] });
      await Promise.all([ada.close(), back.close(), cleo.close()]);
    });

    test("taken back goes with all its votes, and forwarded is asked anew", async () => {
      const { alice, bob, bobPerson, id } = await startTalking(world);
      const poll = await alice.do({ kind: "send", conversationId: id, text: QUESTION, poll: FOOD });
      await until("bob sees it", () => bob.messages.has(poll));
      await bob.do({ kind: "vote", messageId: poll, choices: [0] });
      await shows(alice, poll, { [bobPerson.me.accountId]: [0] });
      const notes = await bob.do({ kind: "write_to_self" });
      await bob.do({ kind: "forward", messageId: poll, to: notes });
      await until("it is there", () => bob.texts(notes).includes(QUESTION));
      const copy = [...bob.messages.values()].find(({ conversationId }) => conversationId === notes);
      expect(copy?.body).toEqual({ kind: "text", text: QUESTION, forwarded: true, poll: FOOD });
      expect(copy?.votes).toBeUndefined();
      await alice.do({ kind: "delete", messageId: poll, forAll: true });
      for (const screen of [alice, bob])
        await until("it is gone", () => screen.messages.get(poll)?.body.kind === "deleted");
      await bob.do({ kind: "vote", messageId: poll, choices: [1] });
      await tell(bob, alice, id, "done");
      const { messages } = await alice.do({ kind: "read_history", conversationId: id, after: 0 });
      expect(messages.find((message) => message.id === poll)?.votes).toBeUndefined();
      await Promise.all([alice.close(), bob.close()]);
    });

    test("is found by its question and by what it offers, and read out whole for an export", async () => {
      const { alice, bob, bobPerson, id } = await startTalking(world);
      const poll = await alice.do({ kind: "send", conversationId: id, text: QUESTION, poll: FOOD });
      await until("bob sees it", () => bob.messages.has(poll));
      await bob.do({ kind: "vote", messageId: poll, choices: [2] });
      await tell(bob, alice, id, "done");
      for (const text of ["eat", "soup"]) {
        const found = async () => (await alice.do({ kind: "search", text })).hits;
        await until(`"${text}" is found`, async () => (await found()).length === 1);
        expect(await found()).toMatchObject([{ messageId: poll, text: QUESTION, poll: FOOD }]);
      }
      const { messages } = await alice.do({ kind: "read_history", conversationId: id, after: 0 });
      expect(messages.find((message) => message.id === poll)).toMatchObject({
        body: { kind: "text", text: QUESTION, poll: FOOD },
        votes: [{ accountId: bobPerson.me.accountId, choices: [2] }],
      });
      await Promise.all([alice.close(), bob.close()]);
    });

    test("that is none is not sent, and nothing is kept of it", async () => {
      const { alice, bob, id } = await startTalking(world);
      const wrong: readonly (readonly [string, Poll])[] = [
        ["", FOOD],
        ["a".repeat(301), FOOD],
        [QUESTION, { ...FOOD, options: ["rice"] }],
        [QUESTION, { ...FOOD, options: ["rice", "rice"] }],
        [QUESTION, { ...FOOD, options: ["rice", " "] }],
        [QUESTION, { ...FOOD, options: ["rice", "a".repeat(101)] }],
        [QUESTION, { ...FOOD, options: Array.from({ length: 13 }, (_, place) => `${place}`) }],
      ];
      for (const [text, poll] of wrong)
        await expect(alice.do({ kind: "send", conversationId: id, text, poll })).rejects.toThrow();
      await tell(alice, bob, id, "hello");
      expect(alice.texts(id)).toEqual(["hello"]);
      await Promise.all([alice.close(), bob.close()]);
    });
  });
}

async function ask(by: Member, of: readonly Member[], conversationId: ConversationId): Promise<MessageId> {
  const id = await by.screen.do({ kind: "send", conversationId, text: QUESTION, poll: FOOD });
  for (const { screen } of [by, ...of])
    await until("it is there", () => screen.messages.get(id)?.sequence !== undefined);
  return id;
}

function vote({ screen }: Member, messageId: MessageId, choices: readonly number[]) {
  return screen.do({ kind: "vote", messageId, choices });
}

function votesOn(screen: Screen, poll: MessageId): Record<string, readonly number[]> {
  const { votes = [] }: Partial<MessageView> = screen.messages.get(poll) ?? {};
  return Object.fromEntries(votes.map(({ accountId, choices }) => [accountId, choices]));
}

async function shows(screen: Screen, poll: MessageId, votes: Record<string, readonly number[]>) {
  await until(`the votes are ${JSON.stringify(votes)}`, () => Bun.deepEquals(votesOn(screen, poll), votes));
}

function saying(screen: Screen, text: string): MessageId {
  const found = [...screen.messages.values()].find(({ body }) => body.kind === "text" && body.text === text);
  if (!found) throw new Error(`nobody said "${text}"`);
  return found.id;
}

async function startPair(ada: Member, ben: Member): Promise<ConversationId> {
  const id = await ada.screen.do({ kind: "write_to", username: ben.name });
  await until("ben is in", () => ben.screen.conversations.get(id)?.state === "ready");
  return id;
}

/** The same browser started again, without network. */
async function startAway({ person }: Member, id: ConversationId): Promise<Screen> {
  const screen = watch(openAgain(person.platform));
  await until("what is stored is shown", () => screen.conversations.has(id));
  await readAll(screen, id);
  return screen;
}

async function messagesOf(world: World, { id }: Member): Promise<number> {
  const { read } = world.test.app.db;
  return read.$count(events, and(eq(events.senderAccountId, id), eq(events.kind, "message")));
}

/** What somebody hears goes through this first. */
function relabelling(platform: Platform, rewrite: (event: MessageEvent) => MessageEvent): Platform {
  return {
    ...platform,
    openSocket: (path, handlers) =>
      platform.openSocket(path, {
        ...handlers,
        received: (bytes) => {
          const frame = v.parse(frameDown, decodeBinary(bytes));
          if (frame.t !== "events") return handlers.received(bytes);
          const events = frame.events.map((event) => (event.kind === "message" ? rewrite(event) : event));
          handlers.received(encodeBinary({ ...frame, events }));
        },
      }),
  };
}
