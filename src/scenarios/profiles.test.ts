import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { ProfileView } from "../../web/delivery/patches.ts";
import { profiles } from "../db/tables.ts";
import { come, say } from "./grouping.ts";
import { type Screen, until, watch } from "./person.ts";
import { startAgain, startTalking, storedBy, tell } from "./talking.ts";
import { worlds } from "./world.ts";

setDefaultTimeout(60_000);

const PICTURE = new Uint8Array(9_000).fill(7);
const AMINA = { name: "Amina K.", bio: "Saffron, mostly.", picture: PICTURE };

for (const { name, open } of worlds()) {
  describe(`what people show of themselves on ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    test("reaches whoever is written to, with the first message, and the server reads nothing", async () => {
      const { alice, bob, alicePerson, bobPerson, id } = await startTalking(world);
      const of = alicePerson.me.accountId;
      await alice.do({ kind: "set_profile", ...AMINA });
      expect(shown(alice, of)).toMatchObject(AMINA);
      expect(shown(bob, of)).toBeUndefined();
      await tell(alice, bob, id, "hello");
      await until("the profile is there", () => shown(bob, of)?.name === "Amina K.");
      expect(shown(bob, of)).toMatchObject(AMINA);
      const rows = await world.test.app.db.read.select().from(profiles);
      const kept = Buffer.from(rows.find(({ accountId }) => accountId === of)?.sealed ?? []);
      expect(kept.byteLength).toBe(16 * 1024 + 28);
      expect(kept.includes("Amina")).toBe(false);
      expect(kept.includes(Buffer.from(PICTURE.subarray(0, 64)))).toBe(false);
      const back = await bob.close().then(() => startAgain(bobPerson));
      expect(shown(back, of)).toMatchObject(AMINA);
      await Promise.all([alice.close(), back.close()]);
    });

    test("a change comes with the next message, and to those who start again", async () => {
      const { alice, bob, alicePerson, bobPerson, id } = await startTalking(world);
      const of = alicePerson.me.accountId;
      await alice.do({ kind: "set_profile", ...AMINA });
      await tell(alice, bob, id, "hello");
      await until("the first is there", () => shown(bob, of)?.name === "Amina K.");
      await alice.do({ kind: "set_profile", name: "Amina", bio: "" });
      await tell(alice, bob, id, "again");
      await until("the second is there", () => shown(bob, of)?.name === "Amina");
      expect(shown(bob, of)?.picture).toEqual(PICTURE);
      await bob.close();
      await alice.do({ kind: "set_profile", name: "", bio: "", picture: null });
      const back = await startAgain(bobPerson);
      await until("nothing is shown any more", () => shown(back, of)?.name === "");
      expect(shown(back, of)?.picture).toBeNull();
      await Promise.all([alice.close(), back.close()]);
    });

    test("somebody who only asks is called by their username, until they are accepted", async () => {
      const [alicePerson, bobPerson] = [await world.person(), await world.person()];
      const alice = watch(alicePerson.messenger);
      const bob = watch(bobPerson.messenger, { accepts: false });
      await until("both are ready", () => alice.connection() === "online" && bob.connection() === "online");
      const of = alicePerson.me.accountId;
      await alice.do({ kind: "set_profile", ...AMINA });
      const id = await alice.do({ kind: "write_to", username: bobPerson.me.username });
      await tell(alice, bob, id, "may I?");
      await until("it has come", async () => (await stored(bobPerson, of))?.name === "Amina K.");
      expect(shown(bob, of)?.name ?? "").toBe("");
      await bob.do({ kind: "stand_to", accountId: of, standing: "accepted" });
      await until("it is shown", () => shown(bob, of)?.name === "Amina K.");
      await Promise.all([alice.close(), bob.close()]);
    });

    test("whoever is blocked sees nothing that comes after, even as the server sends it", async () => {
      const { alice, bob, alicePerson, bobPerson, id } = await startTalking(world);
      const of = alicePerson.me.accountId;
      await alice.do({ kind: "set_profile", ...AMINA });
      await tell(alice, bob, id, "hello");
      await until("it is there", () => shown(bob, of)?.name === "Amina K.");
      await alice.do({ kind: "stand_to", accountId: bobPerson.me.accountId, standing: "blocked" });
      await alice.do({ kind: "set_profile", name: "Elsewhere", bio: "" });
      const back = await bob.close().then(() => startAgain(bobPerson));
      await Bun.sleep(1_000);
      expect(shown(back, of)?.name).toBe("Amina K.");
      await Promise.all([alice.close(), back.close()]);
    });

    test("a server that shows another's or garbage is not believed, and its loss is made good", async () => {
      const { alice, bob, alicePerson, bobPerson, id } = await startTalking(world);
      const [of, other] = [alicePerson.me.accountId, bobPerson.me.accountId];
      await alice.do({ kind: "set_profile", ...AMINA });
      await bob.do({ kind: "set_profile", name: "Bob", bio: "" });
      await tell(alice, bob, id, "hello");
      await tell(bob, alice, id, "hello too");
      await until(
        "both are there",
        () => shown(bob, of)?.name !== undefined && shown(alice, other)?.name === "Bob",
      );
      await bob.close();
      const { db } = world.test.app;
      const rows = await db.read.select().from(profiles);
      const bobs = rows.find(({ accountId }) => accountId === other);
      await db.write((tx) => tx.delete(profiles));
      const lies = [{ accountId: of, version: 9, sealed: bobs?.sealed ?? new Uint8Array(), updatedAt: 0 }];
      await db.write((tx) => tx.insert(profiles).values(lies));
      const back = await startAgain(bobPerson);
      await Bun.sleep(1_000);
      expect(shown(back, of)?.name).toBe("Amina K.");
      const again = await alice.close().then(() => startAgain(alicePerson));
      await until("her own is kept again", async () => {
        const [own] = (await db.read.select().from(profiles)).filter(({ accountId }) => accountId === of);
        return own?.version === 10;
      });
      await tell(again, back, id, "still me");
      await until("it is known", async () => (await stored(bobPerson, of))?.version === 10);
      expect(shown(back, of)).toMatchObject(AMINA);
      await Promise.all([again.close(), back.close()]);
    });

    test("stays out of groups where its person wants it so, and is seen by those they write with alone", async () => {
      const [ada, ben, cleo] = [await come(world), await come(world), await come(world)];
      await ada.screen.do({ kind: "set_profile", ...AMINA });
      const id = await ada.screen.do({
        kind: "found_group",
        name: "Family",
        usernames: [ben.name, cleo.name],
      });
      const direct = await ada.screen.do({ kind: "write_to", username: ben.name });
      for (const one of [ben, cleo]) {
        await one.screen.do({ kind: "stand_to", accountId: ada.id, standing: "accepted" });
        await until("they are in", () => one.screen.conversations.get(id)?.state === "ready");
      }
      await say(ada, "seen by all", [ben, cleo], id);
      for (const one of [ben, cleo])
        await until("it is seen", () => shown(one.screen, ada.id)?.name === "Amina K.");

      const privacy = await ada.screen.do({ kind: "read_privacy" });
      await ada.screen.do({ ...privacy, kind: "choose_privacy", profileInGroups: false });
      await ada.screen.do({ kind: "set_profile", name: "Amina the Second", bio: "" });
      await say(ada, "seen by none", [ben, cleo], id);
      await say(ada, "for ben alone", [ben], direct);
      await until("ben sees it", () => shown(ben.screen, ada.id)?.name === "Amina the Second");
      await cleo.close();
      const back = { ...cleo, screen: await startAgain(cleo.person) };
      await say(ada, "still by none", [ben, back], id);
      expect(shown(back.screen, ada.id)?.name).toBe("Amina K.");
      await Promise.all([ada.close(), ben.close(), back.screen.close()]);
    });
  });
}

function shown(screen: Screen, of: string): ProfileView | undefined {
  return screen.patches
    .flatMap((patch) => (patch.kind === "profiles" ? patch.profiles : []))
    .findLast(({ accountId }) => accountId === of);
}

async function stored(person: Parameters<typeof storedBy>[0], of: string) {
  const vault = await storedBy(person);
  const record = await vault.read("profiles", of);
  vault.close();
  return record;
}
