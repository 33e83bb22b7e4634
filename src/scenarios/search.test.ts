import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { SearchWish } from "../../web/delivery/commands.ts";
import { type Screen, until } from "./person.ts";
import { startAgain, startTalking, tell } from "./talking.ts";
import { worlds } from "./world.ts";

setDefaultTimeout(60_000);

for (const { name, open } of worlds()) {
  describe(`searching what was said on ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    test("finds words of every script, as it comes and after a restart", async () => {
      const { alice, bob, bobPerson, id } = await startTalking(world);
      const said = [
        "Crème brûlée at seven",
        "کتاب‌ها را می‌آورم",
        "我们明天见面",
        "พรุ่งนี้เจอกัน",
        "See https://example.org/a",
      ];
      for (const text of said) await tell(alice, bob, id, text);
      await found(bob, { text: "creme" }, [said[0]]);
      await tell(alice, bob, id, "creme again");
      await found(bob, { text: "CREME" }, ["creme again", said[0]]);
      const back = await bob.close().then(() => startAgain(bobPerson));
      await found(back, { text: "كتابها" }, [said[1]]);
      await found(back, { text: "明天" }, [said[2]]);
      await found(back, { text: "เจอ" }, [said[3]]);
      await found(back, { text: "", holds: "links" }, [said[4]]);
      await found(back, { text: "seven creme" }, [said[0]]);
      await found(back, { text: "nowhere" }, []);
      await Promise.all([alice.close(), back.close()]);
    });

    test("keeps to a conversation, a person and a time", async () => {
      const { alice, bob, id } = await startTalking(world);
      const notes = await bob.do({ kind: "write_to_self" });
      await tell(alice, bob, id, "tea with alice");
      await tell(bob, alice, id, "tea it is");
      await bob.do({ kind: "send", conversationId: notes, text: "buy tea" });
      await until("the note is kept", () =>
        [...bob.messages.values()].some(
          ({ conversationId, mark }) => conversationId === notes && mark !== "waiting",
        ),
      );
      await found(bob, { text: "tea", conversationId: notes }, ["buy tea"]);
      const me = [...bob.messages.values()].find(({ mine }) => mine)?.sender;
      await found(bob, { text: "tea", conversationId: id, sender: me }, ["tea it is"]);
      await found(bob, { text: "tea", until: Date.now() - 60_000 }, []);
      await found(bob, { text: "tea", from: Date.now() - 60_000, conversationId: id }, [
        "tea it is",
        "tea with alice",
      ]);
      await Promise.all([alice.close(), bob.close()]);
    });

    test("gives page after page, each message once", async () => {
      const { alice, bob, id } = await startTalking(world);
      const texts = Array.from({ length: 70 }, (_, place) => `bean ${place}`);
      for (const text of texts) await alice.do({ kind: "send", conversationId: id, text });
      await until("all are there", () => bob.texts(id).length === texts.length);
      await found(bob, { text: "bean 69" }, ["bean 69"]);
      const all: string[] = [];
      for (let before: number | undefined; ; ) {
        const page = await bob.do({ kind: "search", text: "bean", before });
        all.push(...page.hits.map(({ text }) => text));
        before = page.next;
        if (before === undefined) break;
      }
      expect(all.toSorted()).toEqual(texts.toSorted());
      await Promise.all([alice.close(), bob.close()]);
    });
  });
}

async function found(
  screen: Screen,
  wish: SearchWish,
  texts: readonly (string | undefined)[],
): Promise<void> {
  let hits: string[] = [];
  await until(`"${wish.text}" is searched to the end`, async () => {
    const result = await screen.do({ kind: "search", ...wish });
    hits = result.hits.map(({ text }) => text);
    return result.complete;
  });
  expect(hits).toEqual(texts.filter((text) => text !== undefined));
}
