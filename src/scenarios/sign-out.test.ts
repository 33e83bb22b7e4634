import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { openAgain } from "../../web/headless.ts";
import { signIn } from "../protocol/accounts.ts";
import { PASSWORD } from "../testing/people.ts";
import { readAll, type Screen, until, watch } from "./person.ts";
import { worlds } from "./world.ts";

setDefaultTimeout(60_000);

for (const { name, open } of worlds()) {
  describe(`signing out on ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    test("ends all tabs at once, and signing in again in the same browser finds the same device", async () => {
      const bobPerson = await world.person();
      const bob = watch(bobPerson.messenger);
      const alicePerson = await world.person();
      const one = watch(alicePerson.messenger);
      await until("both are ready", () => one.connection() === "online" && bob.connection() === "online");
      const id = await one.do({ kind: "write_to", username: bobPerson.me.username });
      await one.do({ kind: "send", conversationId: id, text: "before" });
      await until("bob reads it", () => bob.texts(id).includes("before"));
      const other = watch(openAgain(alicePerson.platform));
      await until("the second tab is there", () => other.conversations.has(id));
      await other.do({ kind: "sign_out" });
      await until("both tabs are told", () => signedOut(one) && signedOut(other));
      await Promise.all([one.close(), other.close()]);

      await alicePerson.call(signIn, { username: alicePerson.me.username, password: PASSWORD });
      const again = watch(openAgain(alicePerson.platform));
      await until("the device is attached again", () => again.connection() === "online");
      await again.do({ kind: "send", conversationId: id, text: "after" });
      await until("bob reads that too", () => bob.texts(id).includes("after"));
      expect(await readAll(again, id)).toEqual(["before", "after"]);
      await Promise.all([again.close(), bob.close()]);
    });

    test("keeps two accounts in one browser apart", async () => {
      const first = await world.person();
      const alice = watch(first.messenger);
      const id = await alice.do({ kind: "write_to_self" });
      await alice.do({ kind: "send", conversationId: id, text: "mine alone" });
      await until("it is accepted", () => [...alice.messages.values()].some(({ mark }) => mark === "sent"));
      await alice.do({ kind: "sign_out" });
      await alice.close();
      const stranger = await world.person();
      const elsewhere = watch(stranger.messenger);
      await until("the stranger has a device", () => elsewhere.device() === "ready");
      await elsewhere.close();
      await first.call(signIn, { username: stranger.me.username, password: PASSWORD });
      const screen = watch(openAgain(first.platform));
      await until("the other account is told it lives elsewhere", () => screen.device() === "elsewhere");
      expect(screen.conversations.size).toBe(0);
      await screen.close();
    });
  });
}

function signedOut(screen: Screen): boolean {
  return screen.patches.some(({ kind }) => kind === "signed_out");
}
