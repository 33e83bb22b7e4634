import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { ConversationId } from "../protocol/ids.ts";
import { come, type Member, say } from "./grouping.ts";
import { until } from "./person.ts";
import { startAgain, storedBy } from "./talking.ts";
import { worlds } from "./world.ts";

setDefaultTimeout(60_000);

for (const { name, open } of worlds()) {
  describe(`somebody who comes with another identity on ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    test("is written to again once accepted, wherever they are met, also after a restart", async () => {
      const [ada, ben] = [await come(world), await come(world)];
      await remember(ada, ben, 1);
      const id = await warned(ada, ben);
      const group = await ben.screen.do({ kind: "found_group", name: "Family", usernames: [ada.name] });
      await until("ada is warned there", () => ada.screen.conversations.get(group)?.identityChanged === true);
      const sending = ada.screen.do({ kind: "send", conversationId: id, text: "is it you?" });
      await expect(sending).rejects.toMatchObject({ code: "identity_changed" });

      await accept(ada, id);
      for (const one of [id, group])
        expect(ada.screen.conversations.get(one)?.identityChanged).toBeUndefined();
      await say(ada, "so it is you", [ben], id);
      await say(ada, "hello all", [ben], group);
      await ada.close();
      const again = await startAgain(ada.person);
      await until("it is shown", () => again.conversations.has(id));
      expect(again.conversations.get(id)?.identityChanged).toBeUndefined();
      await Promise.all([again.close(), ben.close()]);
    });

    test("is accepted as who was shown, and not when somebody else came meanwhile", async () => {
      const [ada, ben] = [await come(world), await come(world)];
      await remember(ada, ben, 1);
      const id = await warned(ada, ben);
      const shown = await ada.screen.do({ kind: "read_strangers", conversationId: id });
      expect(shown.map(({ accountId, username }) => ({ accountId, username }))).toEqual([
        { accountId: ben.id, username: ben.name },
      ]);
      await meanwhile(ada, id, 2);
      const fingerprints = shown.map(({ fingerprint }) => fingerprint);
      for (const wrong of [fingerprints, [], ["x"]]) {
        const accepting = ada.screen.do({
          kind: "accept_identity",
          conversationId: id,
          fingerprints: wrong,
        });
        await expect(accepting).rejects.toMatchObject({ code: "identity_changed_again" });
      }
      expect((await pinOf(ada, ben))?.root).toEqual(new Uint8Array(32).fill(1));
      expect(ada.screen.conversations.get(id)?.identityChanged).toBe(true);
      await Promise.all([ada.close(), ben.close()]);
    });

    test("who did not change is not accepted for anything", async () => {
      const [ada, ben] = [await come(world), await come(world)];
      const id = await ada.screen.do({ kind: "write_to", username: ben.name });
      const before = await pinOf(ada, ben);
      expect(await ada.screen.do({ kind: "read_strangers", conversationId: id })).toEqual([]);
      const accepting = ada.screen.do({ kind: "accept_identity", conversationId: id, fingerprints: [] });
      await expect(accepting).rejects.toMatchObject({ code: "identity_changed_again" });
      expect(await pinOf(ada, ben)).toEqual(before);
      await Promise.all([ada.close(), ben.close()]);
    });
  });
}

/** As if they had met before, when the other had another root. */
async function remember(who: Member, other: Member, root: number): Promise<void> {
  await (await storedBy(who.person)).change(async (change) => {
    await change.read("pins", other.id);
    const pin = { username: other.name, seenAt: Date.now(), firstUse: true };
    change.put("pins", other.id, { ...pin, root: new Uint8Array(32).fill(root) });
  });
}

async function warned(who: Member, by: Member): Promise<ConversationId> {
  const id = await by.screen.do({ kind: "write_to", username: who.name });
  await until("she is warned", () => who.screen.conversations.get(id)?.identityChanged === true);
  return id;
}

async function accept({ screen }: Member, conversationId: ConversationId): Promise<void> {
  const shown = await screen.do({ kind: "read_strangers", conversationId });
  const fingerprints = shown.map(({ fingerprint }) => fingerprint);
  await screen.do({ kind: "accept_identity", conversationId, fingerprints });
}

async function meanwhile({ person }: Member, id: ConversationId, root: number): Promise<void> {
  await (await storedBy(person)).change(async (change) => {
    const conversation = await change.read("conversations", id);
    if (!conversation) throw new Error("there is no conversation");
    const strangers = conversation.strangers?.map((one) => ({ ...one, root: new Uint8Array(32).fill(root) }));
    change.put("conversations", id, { ...conversation, strangers });
  });
}

async function pinOf({ person }: Member, { id }: Member) {
  return (await storedBy(person)).read("pins", id);
}
