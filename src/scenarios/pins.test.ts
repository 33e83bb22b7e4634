import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { ConversationId } from "../protocol/ids.ts";
import { ranksOn, say, startGroup } from "./grouping.ts";
import { type Screen, until } from "./person.ts";
import { startAgain, startTalking, tell } from "./talking.ts";
import { worlds } from "./world.ts";

setDefaultTimeout(90_000);

for (const { name, open } of worlds()) {
  describe(`what is pinned on ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    test("stands for both in the order it was pinned, also after a restart, until it is unpinned or taken back", async () => {
      const { alice, bob, bobPerson, id } = await startTalking(world);
      for (const text of ["one", "two", "three"]) await tell(alice, bob, id, text);
      const [one, two, three] = [idOf(bob, id, "one"), idOf(bob, id, "two"), idOf(bob, id, "three")];
      const pins = (screen: typeof alice) =>
        (screen.conversations.get(id)?.pins ?? []).map(({ messageId }) => messageId);
      await alice.do({ kind: "pin", messageId: two, pinned: true });
      await until("bob sees it", () => pins(bob).length === 1);
      await bob.do({ kind: "pin", messageId: one, pinned: true });
      await alice.do({ kind: "pin", messageId: three, pinned: true });
      for (const screen of [alice, bob])
        await until("both see all", () => [one, two, three].every((pin) => pins(screen).includes(pin)));
      expect(pins(alice)).toEqual(pins(bob));
      expect(bob.messages.get(two)?.pinned).toBe(true);
      await bob.close();
      await alice.do({ kind: "pin", messageId: two, pinned: false });
      await alice.do({ kind: "delete", messageId: three, forAll: true });
      const back = await startAgain(bobPerson);
      await until("only one is left", () => Bun.deepEquals(pins(back), [one]));
      expect(alice.conversations.get(id)?.doubt).toBeUndefined();
      await Promise.all([alice.close(), back.close()]);
    });

    test("in a group is pinned by those in charge alone", async () => {
      const { ada, ben, cleo, id, close } = await startGroup(world);
      await say(ada, "rules", [ben, cleo], id);
      const rules = idOf(ben.screen, id, "rules");
      await ben.screen.do({ kind: "pin", messageId: rules, pinned: true });
      await say(ben, "did it work?", [ada, cleo], id);
      expect(cleo.screen.conversations.get(id)?.pins).toBeUndefined();
      await ada.screen.do({ kind: "set_rank", conversationId: id, accountId: ben.id, rank: "moderator" });
      await until("ben knows", () => ranksOn(ben, id)[ben.name] === "moderator");
      await ben.screen.do({ kind: "pin", messageId: rules, pinned: true });
      for (const one of [ada, cleo])
        await until("it is pinned", () => one.screen.conversations.get(id)?.pins?.[0]?.messageId === rules);
      await close();
    });
  });
}

function idOf(screen: Screen, id: ConversationId, text: string) {
  const found = [...screen.messages.values()].find(
    ({ conversationId, body }) => conversationId === id && body.kind === "text" && body.text === text,
  );
  if (!found) throw new Error("not there");
  return found.id;
}
