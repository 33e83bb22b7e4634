import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import * as v from "valibot";
import type { Platform } from "../../web/delivery/platform/platform.ts";
import { decodeBinary, encodeBinary } from "../protocol/codec.ts";
import { type ConversationEvent, syncConversation, syncConversations } from "../protocol/delivery.ts";
import type { ConversationId, MessageId } from "../protocol/ids.ts";
import { forge } from "./forge.ts";
import { come, type Member, say } from "./grouping.ts";
import { readAll, until } from "./person.ts";
import { startAgain } from "./talking.ts";
import { worlds } from "./world.ts";

setDefaultTimeout(60_000);

for (const { name, open } of worlds()) {
  describe(`the id of a message on ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    test("hides no message of another conversation, nor keeps its author from taking it back", async () => {
      let aside: ConversationId | undefined;
      const [ada, ben] = [await come(world), await come(world)];
      const cleo = await come(world, (platform) => telling(platform, () => aside));
      const id = await foundGroup(ada, [ben, cleo]);
      aside = await foundGroup(ben, [cleo]);
      await say(ada, "before", [ben, cleo], id);
      await cleo.close();
      await say(ada, "beware of ben", [ben], id);
      await say(ada, "and so on", [ben], id);
      for (const text of ["beware of ben", "and so on"])
        await forge(ben.person, aside, [
          { messageId: idOf(ben, text), content: { kind: "text", text: "." } },
        ]);
      await ben.screen.do({ kind: "send", conversationId: aside, text: "look here" });
      await until("it went out", () => ben.screen.texts(aside).length === 3);
      const back = await startAgain(cleo.person);
      await until("she has all", async () => (await readAll(back, aside)).includes("look here"));
      expect(await readAll(back, aside)).toEqual([".", ".", "look here"]);
      expect(await readAll(back, id)).toEqual(["before", "beware of ben", "and so on"]);
      await ada.screen.do({ kind: "delete", messageId: idOf(ada, "and so on"), forAll: true });
      await until("cleo sees it go", async () => (await readAll(back, id)).includes("(deleted)"));
      expect(await readAll(back, id)).toEqual(["before", "beware of ben", "(deleted)"]);
      expect(await readAll(back, aside)).toEqual([".", ".", "look here"]);
      const messageId = idOf(ada, "beware of ben");
      await expect(back.do({ kind: "react", messageId, emoji: "👍" })).rejects.toThrow();
      await Promise.all([ada.close(), ben.close(), back.close()]);
    });

    test("hides no message that comes behind a change under the same id", async () => {
      let hidden: MessageId | undefined;
      const [ada, ben] = [await come(world), await come(world)];
      const cleo = await come(world, (platform) =>
        rewriting(platform, (event) =>
          hidden && event.kind === "commit" ? { ...event, commitId: hidden } : event,
        ),
      );
      const id = await foundGroup(ada, [ben, cleo]);
      await say(ada, "before", [ben, cleo], id);
      await cleo.close();
      await ada.screen.do({ kind: "set_rights", conversationId: id, chosen: { addMembers: "members" } });
      await until("they may", () => ben.screen.conversations.get(id)?.group?.mayAdd === true);
      await say(ada, "hidden", [ben], id);
      await say(ada, "after", [ben], id);
      hidden = idOf(ben, "hidden");
      const back = await startAgain(cleo.person);
      await until("she has all", async () => (await readAll(back, id)).includes("after"));
      expect(await readAll(back, id)).toEqual(["before", "hidden", "after"]);
      await Promise.all([ada.close(), ben.close(), back.close()]);
    });

    test("hides no message behind one that somebody else wrote under it", async () => {
      const [ada, ben] = [await come(world), await come(world)];
      let first: MessageId | undefined;
      let later: MessageId | undefined;
      const cleo = await come(world, (platform) =>
        rewriting(platform, (event) =>
          first && event.kind === "message" && event.messageId === first && later
            ? { ...event, messageId: later }
            : event,
        ),
      );
      const id = await foundGroup(ada, [ben, cleo]);
      await say(ada, "before", [ben, cleo], id);
      await cleo.close();
      await say(ben, "mine", [ada], id);
      await say(ada, "hidden", [ben], id);
      [first, later] = [idOf(ada, "mine"), idOf(ada, "hidden")];
      const back = await startAgain(cleo.person);
      await until("she doubts", () => back.conversations.get(id)?.doubt === "history_differs");
      expect(await readAll(back, id)).toContain("hidden");
      await Promise.all([ada.close(), ben.close(), back.close()]);
    });
  });
}

async function foundGroup(by: Member, others: readonly Member[]): Promise<ConversationId> {
  const usernames = others.map(({ name }) => name);
  const id = await by.screen.do({ kind: "found_group", name: "Family", usernames });
  for (const one of others)
    await until("they are in", () => one.screen.conversations.get(id)?.state === "ready");
  return id;
}

/** Of this conversation first, so that what came later in it is read sooner. */
function telling(platform: Platform, first: () => ConversationId | undefined): Platform {
  return {
    ...platform,
    fetch: async (url, init) => {
      const answer = await platform.fetch(url, init);
      if (!/\/api\/sync\/conversations(\?|$)/.test(url) || !answer.ok) return answer;
      const page = v.parse(syncConversations.output, decodeBinary(await answer.bytes()));
      const isFirst = (one: { conversationId: ConversationId }) => one.conversationId === first();
      const changed = [...page.changed.filter(isFirst), ...page.changed.filter((one) => !isFirst(one))];
      return new Response(encodeBinary({ ...page, changed }));
    },
  };
}

function idOf({ screen }: Member, text: string): MessageId {
  const found = [...screen.messages.values()].find(({ body }) => body.kind === "text" && body.text === text);
  if (!found) throw new Error(`nobody said "${text}"`);
  return found.id;
}

function rewriting(platform: Platform, rewrite: (event: ConversationEvent) => ConversationEvent): Platform {
  return {
    ...platform,
    fetch: async (url, init) => {
      const answer = await platform.fetch(url, init);
      if (!/\/events(\?|$)/.test(url) || !answer.ok) return answer;
      const page = v.parse(syncConversation.output, decodeBinary(await answer.bytes()));
      return new Response(encodeBinary({ ...page, events: page.events.map(rewrite) }));
    },
  };
}
