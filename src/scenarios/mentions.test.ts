import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { ConversationId } from "../protocol/ids.ts";
import { come, type Member, ranksOn, say, see, startGroup } from "./grouping.ts";
import { until } from "./person.ts";
import { startAgain } from "./talking.ts";
import { worlds } from "./world.ts";

setDefaultTimeout(90_000);

for (const { name, open } of worlds()) {
  describe(`a mention on ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    test("calls whom it names and nobody else, until they have read it, also over a restart", async () => {
      const { ada, ben, cleo, id, close } = await startGroup(world);
      await say(ada, "nobody at all", [ben, cleo], id);
      await say(ada, `can you come, @${ben.name.toUpperCase()}?`, [ben, cleo], id);
      await until("it calls", () =>
        Bun.deepEquals(callsOn(ben, id), [`can you come, @${ben.name.toUpperCase()}?`]),
      );
      expect(callsOn(cleo, id)).toEqual([]);
      expect(callsOn(ada, id)).toEqual([]);
      expect(bodyOn(cleo, id, "can you come")).toMatchObject({ mentions: [ben.id] });
      await ben.close();
      const back = { ...ben, screen: await startAgain(ben.person) };
      await back.screen.do({ kind: "open", conversationId: id });
      expect(callsOn(back, id)).toHaveLength(1);
      await see(back, id);
      await until("it was read", () => callsOn(back, id).length === 0);
      await Promise.all([close(), back.close()]);
    });

    test("of all is one only from those in charge", async () => {
      const { ada, ben, cleo, id, close } = await startGroup(world);
      await say(ben, "@all listen to me", [ada, cleo], id);
      await say(ada, "@all dinner", [ben, cleo], id);
      expect(bodyOn(cleo, id, "@all listen")).not.toHaveProperty("mentionsAll");
      await until("it calls", () => Bun.deepEquals(callsOn(cleo, id), ["@all dinner"]));
      await until("it calls", () => Bun.deepEquals(callsOn(ben, id), ["@all dinner"]));
      await ada.screen.do({ kind: "set_rank", conversationId: id, accountId: ben.id, rank: "moderator" });
      for (const one of [ben, cleo])
        await until("all know", () => ranksOn(one, id)[ben.name] === "moderator");
      await say(ben, "now @all", [ada, cleo], id);
      await until("it calls", () => Bun.deepEquals(callsOn(cleo, id), ["@all dinner", "now @all"]));
      await close();
    });

    test("that was taken back calls nobody, and one changed names whom it names now", async () => {
      const { ada, ben, cleo, id, close } = await startGroup(world);
      await say(ada, `hey @${ben.name}`, [ben, cleo], id);
      const [message] = [...ben.screen.messages.values()].filter(({ body }) => "mentions" in body);
      if (!message) throw new Error("not there");
      await ada.screen.do({ kind: "edit", messageId: message.id, text: `hey @${cleo.name}` });
      await until("it is changed", () => ben.screen.texts(id).includes(`hey @${cleo.name}`));
      expect(bodyOn(ben, id, "hey")).toMatchObject({ mentions: [cleo.id] });
      await until("it calls", () => callsOn(ben, id).length === 1);
      await ada.screen.do({ kind: "delete", messageId: message.id, forAll: true });
      await until("it is gone", () => ben.screen.messages.get(message.id)?.body.kind === "deleted");
      await until("nobody is called", () => ben.screen.conversations.get(id)?.calls === undefined);
      await close();
    });

    test("of somebody who is not in is words", async () => {
      const { ada, ben, id, close } = await startGroup(world);
      const dora = await come(world);
      await say(ada, `where is @${dora.name}`, [ben], id);
      expect(bodyOn(ben, id, "where is")).not.toHaveProperty("mentions");
      await Promise.all([close(), dora.close()]);
    });
  });
}

function callsOn({ screen }: Member, id: ConversationId): string[] {
  const { calls = [] } = screen.conversations.get(id) ?? {};
  return calls.map((at) => {
    const found = [...screen.messages.values()].find(
      (one) => one.conversationId === id && one.sequence === at,
    );
    return found?.body.kind === "text" ? found.body.text : "?";
  });
}

function bodyOn({ screen }: Member, id: ConversationId, start: string) {
  return [...screen.messages.values()].find(
    ({ conversationId, body }) =>
      conversationId === id && body.kind === "text" && body.text.startsWith(start),
  )?.body;
}
