import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import * as v from "valibot";
import type { Platform } from "../../web/delivery/platform/platform.ts";
import { decodeBinary, encodeBinary } from "../protocol/codec.ts";
import { frameDown, type MessageEvent, syncConversation } from "../protocol/delivery.ts";
import type { ConversationId, MessageId } from "../protocol/ids.ts";
import { forge } from "./forge.ts";
import { come, type Member, ranksOn, say, startGroup } from "./grouping.ts";
import { readAll, until } from "./person.ts";
import { startAgain } from "./talking.ts";
import { type World, worlds } from "./world.ts";

setDefaultTimeout(60_000);

for (const { name, open } of worlds()) {
  describe(`who is heard in a group on ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    test("a blocked member's words, reactions, typing and votes reach all but whoever blocked them", async () => {
      const { ada, ben, cleo, id, close } = await startGroup(world);
      await say(ada, "good morning", [ben, cleo], id);
      const poll = { options: ["tea", "coffee"], several: false };
      const asked = await ada.screen.do({ kind: "send", conversationId: id, text: "Tea or coffee?", poll });
      for (const { screen } of [ben, cleo]) await until("it is asked", () => screen.messages.has(asked));
      await ben.screen.do({ kind: "stand_to", accountId: cleo.id, standing: "blocked" });
      const greeting = idOf(ada, id, "good morning");
      await cleo.screen.do({ kind: "typing", conversationId: id });
      await cleo.screen.do({ kind: "react", messageId: greeting, emoji: "🌿" });
      await cleo.screen.do({ kind: "vote", messageId: asked, choices: [0] });
      await say(cleo, "good morning all", [ada], id);
      await until("ada sees her type", () => typed(ada, cleo));
      await until("ada sees her reaction", () => ada.screen.messages.get(greeting)?.reactions?.length === 1);
      await until("ada sees her vote", () => ada.screen.messages.get(asked)?.votes?.length === 1);
      await say(ada, "behind all that", [ben, cleo], id);
      const words = ["good morning", "Tea or coffee?", "behind all that"];
      const unheard = ({ screen }: Member) => {
        expect(screen.texts(id)).toEqual(words);
        expect(screen.messages.get(greeting)?.reactions).toBeUndefined();
        expect(screen.messages.get(asked)?.votes).toBeUndefined();
        expect(screen.conversations.get(id)?.doubt).toBeUndefined();
      };
      unheard(ben);
      expect(typed(ben, cleo)).toBe(false);
      expect(ben.screen.conversations.get(id)?.unread).toBe(words.length);
      for (const { screen } of [ada, cleo])
        expect(screen.texts(id)).toEqual([...words.slice(0, 2), "good morning all", "behind all that"]);
      await ben.close();
      const back = { ...ben, screen: await startAgain(ben.person) };
      await readAll(back.screen, id);
      unheard(back);
      await Promise.all([close(), back.screen.close()]);
    });

    test("a moderator takes back what a member wrote, for everybody, and not what somebody above them did", async () => {
      const { ada, ben, cleo, dora, id, close } = await startRanked(world);
      await say(ada, "the owner's", [ben, cleo, dora], id);
      await say(cleo, "the member's", [ada, ben, dora], id);
      const [owners, members] = [idOf(ben, id, "the owner's"), idOf(ben, id, "the member's")];
      await ben.screen.do({ kind: "delete", messageId: members, forAll: true });
      for (const one of [ada, ben, cleo, dora])
        await until("it is gone", () => one.screen.texts(id).join() === "the owner's,(deleted)");
      await ben.screen.do({ kind: "delete", messageId: owners, forAll: true }).catch(() => undefined);
      await forge(ben.person, id, [{ content: { kind: "delete", target: owners } }]);
      await say(ben, "behind it", [ada, cleo, dora], id);
      for (const one of [ada, ben, cleo, dora]) {
        expect(one.screen.texts(id)).toEqual(["the owner's", "(deleted)", "behind it"]);
        expect(one.screen.conversations.get(id)?.doubt).toBeUndefined();
      }
      await close();
    });

    test("what a member takes back of others stays, whether they forge it or a server calls them a moderator", async () => {
      let lies = false;
      let ben: Member | undefined;
      let cleo: Member | undefined;
      const asBen = (event: MessageEvent): MessageEvent =>
        lies && ben && event.senderAccountId === cleo?.id ? { ...event, senderAccountId: ben.id } : event;
      const started = await startRanked(world, (platform) => relabelling(platform, asBen));
      ({ ben, cleo } = started);
      const { ada, dora, id, close } = started;
      await say(ada, "the owner's", [ben, cleo, dora], id);
      await say(dora, "another member's", [ada, ben, cleo], id);
      const targets = [idOf(cleo, id, "the owner's"), idOf(cleo, id, "another member's")];
      const forged = targets.map((target) => ({ content: { kind: "delete" as const, target } }));
      await forge(cleo.person, id, forged);
      await say(cleo, "behind it", [ada, ben, dora], id);
      const words = ["the owner's", "another member's", "behind it"];
      for (const one of [ada, ben, cleo, dora]) {
        expect(one.screen.texts(id)).toEqual(words);
        expect(one.screen.conversations.get(id)?.doubt).toBeUndefined();
      }
      lies = true;
      await forge(cleo.person, id, forged);
      await say(cleo, "and behind that", [ada, ben], id);
      await until("dora doubts", () => dora.screen.conversations.get(id)?.doubt === "history_differs");
      for (const one of [ada, ben]) expect(one.screen.texts(id)).toEqual([...words, "and behind that"]);
      expect(dora.screen.texts(id).slice(0, 3)).toEqual(words);
      await close();
    });
  });
}

/** Ada owns it, ben is a moderator, cleo and dora are members. */
async function startRanked(world: World, doras: (platform: Platform) => Platform = (same) => same) {
  const [ada, ben, cleo] = [await come(world), await come(world), await come(world)];
  const dora = await come(world, doras);
  const usernames = [ben, cleo, dora].map((one) => one.name);
  const id = await ada.screen.do({ kind: "found_group", name: "Family", usernames });
  for (const { screen } of [ben, cleo, dora])
    await until("they are in", () => screen.conversations.get(id)?.state === "ready");
  await ada.screen.do({ kind: "set_rank", conversationId: id, accountId: ben.id, rank: "moderator" });
  for (const one of [ben, cleo, dora])
    await until("all know", () => ranksOn(one, id)[ben.name] === "moderator");
  const close = () => Promise.all([ada, ben, cleo, dora].map((one) => one.close()));
  return { ada, ben, cleo, dora, id, close };
}

function typed({ screen }: Member, by: Member): boolean {
  return screen.patches.some((patch) => patch.kind === "typing" && patch.accountId === by.id);
}

function idOf({ screen }: Member, id: ConversationId, text: string): MessageId {
  const found = [...screen.messages.values()].find(
    ({ conversationId, body }) => conversationId === id && body.kind === "text" && body.text === text,
  );
  if (!found) throw new Error("not there");
  return found.id;
}

/** Another name on messages, by the socket and by pages. */
function relabelling(platform: Platform, relabel: (event: MessageEvent) => MessageEvent): Platform {
  return {
    ...platform,
    fetch: async (url, init) => {
      const answer = await platform.fetch(url, init);
      if (!/\/events(\?|$)/.test(url) || !answer.ok) return answer;
      const page = v.parse(syncConversation.output, decodeBinary(await answer.bytes()));
      const events = page.events.map((event) => (event.kind === "message" ? relabel(event) : event));
      return new Response(encodeBinary({ ...page, events }));
    },
    openSocket: (path, handlers) =>
      platform.openSocket(path, {
        ...handlers,
        received: (bytes) => {
          const frame = v.parse(frameDown, decodeBinary(bytes));
          if (frame.t !== "events") return handlers.received(bytes);
          const events = frame.events.map((event) => (event.kind === "message" ? relabel(event) : event));
          handlers.received(encodeBinary({ ...frame, events }));
        },
      }),
  };
}
