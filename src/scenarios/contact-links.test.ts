import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Platform } from "../../web/delivery/platform/platform.ts";
import { findAccount } from "../protocol/accounts.ts";
import { decodeBinary, encodeBinary } from "../protocol/codec.ts";
import { newId } from "../protocol/ids.ts";
import { type Screen, until, watch } from "./person.ts";
import { startTalking, storedBy, tell } from "./talking.ts";
import { type World, worlds } from "./world.ts";

setDefaultTimeout(60_000);

for (const { name, open } of worlds()) {
  describe(`a link that somebody gave on ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    test("makes sure of them before the first word, and what is written goes to them", async () => {
      const [alice, bob] = [await come(world), await come(world)];
      const fingerprint = await bob.screen.do({ kind: "own_fingerprint" });
      expect(fingerprint).toMatch(/^[A-Za-z0-9_-]{43}$/);
      const met = await alice.screen.do({ kind: "meet_by_link", username: bob.username, fingerprint });
      expect(met).toEqual({ username: bob.username, conversationId: undefined });
      expect(await alice.screen.do({ kind: "profile", accountId: bob.accountId })).toMatchObject({
        firstUse: false,
      });
      const id = await alice.screen.do({ kind: "write_to", username: bob.username });
      await until("bob is in", () => bob.screen.conversations.has(id));
      await tell(alice.screen, bob.screen, id, "by your link");
      await Promise.all([alice.screen.close(), bob.screen.close()]);
    });

    test("makes sure of somebody one writes to already", async () => {
      const { alice, bob, bobPerson, id } = await startTalking(world);
      const { accountId, username } = bobPerson.me;
      expect(await alice.do({ kind: "profile", accountId })).toMatchObject({ firstUse: true });
      const fingerprint = await bob.do({ kind: "own_fingerprint" });
      const met = await alice.do({ kind: "meet_by_link", username, fingerprint });
      expect(met.conversationId).toBe(id);
      expect(await alice.do({ kind: "profile", accountId })).toMatchObject({ firstUse: false });
      await tell(alice, bob, id, "so it is you");
      await Promise.all([alice.close(), bob.close()]);
    });

    test("finds out a server that names somebody else, and holds on to nobody", async () => {
      const lies = { on: true };
      const [alice, bob] = [
        await come(world, (platform) => swappingRoots(platform, lies)),
        await come(world),
      ];
      const fingerprint = await bob.screen.do({ kind: "own_fingerprint" });
      const meet = () => alice.screen.do({ kind: "meet_by_link", username: bob.username, fingerprint });
      await expect(meet()).rejects.toMatchObject({ code: "link_differs" });
      const vault = await storedBy(alice.person);
      expect(await vault.read("pins", bob.accountId)).toBeUndefined();
      lies.on = false;
      await expect(meet()).resolves.toMatchObject({ username: bob.username });
      expect(await vault.read("pins", bob.accountId)).toMatchObject({ firstUse: false });
      vault.close();
      await Promise.all([alice.screen.close(), bob.screen.close()]);
    });

    test("of another person is not taken for this one's, and leaves what is known as it was", async () => {
      const { alice, bobPerson } = await startTalking(world);
      const { accountId, username } = bobPerson.me;
      const mallory = await come(world);
      const fingerprint = await mallory.screen.do({ kind: "own_fingerprint" });
      await expect(alice.do({ kind: "meet_by_link", username, fingerprint })).rejects.toMatchObject({
        code: "link_differs",
      });
      expect(await alice.do({ kind: "profile", accountId })).toMatchObject({ firstUse: true });
      await Promise.all([alice.close(), bobPerson.close(), mallory.screen.close()]);
    });

    test("to oneself is known for what it is, and to nobody leads nowhere", async () => {
      const alice = await come(world);
      const fingerprint = await alice.screen.do({ kind: "own_fingerprint" });
      const own = { kind: "meet_by_link", username: alice.username, fingerprint } as const;
      await expect(alice.screen.do(own)).resolves.toMatchObject({ username: alice.username });
      await expect(alice.screen.do({ ...own, username: newId().slice(0, 9) })).rejects.toMatchObject({
        code: "account.not_found",
      });
      await alice.screen.close();
    });
  });
}

async function come(world: World, through?: (platform: Platform) => Platform) {
  const person = await world.person(through ? { through } : {});
  const screen: Screen = watch(person.messenger);
  await until("ready", () => screen.connection() === "online");
  return { person, screen, ...person.me };
}

/** Whoever is looked up is shown with a root key that is not theirs. */
function swappingRoots(platform: Platform, lies: { on: boolean }): Platform {
  const path = findAccount.path.slice(0, findAccount.path.indexOf(":"));
  return {
    ...platform,
    fetch: async (url, init) => {
      const answer = await platform.fetch(url, init);
      if (!lies.on || !answer.ok || !new URL(url, "http://any").pathname.startsWith(path)) return answer;
      const card = decodeBinary(await answer.bytes()) as object;
      const rootPublicKey = crypto.getRandomValues(new Uint8Array(32));
      return new Response(encodeBinary({ ...card, rootPublicKey }), answer);
    },
  };
}
