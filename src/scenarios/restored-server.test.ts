import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { eq } from "drizzle-orm";
import * as v from "valibot";
import type { Platform } from "../../web/delivery/platform/platform.ts";
import { type Headless, openAgain } from "../../web/headless.ts";
import {
  conversationDevices,
  conversationGroups,
  conversationMembers,
  conversations,
  devices,
  epochRemovals,
  events,
  keyPackages,
} from "../db/tables.ts";
import { decodeBinary, encodeBinary } from "../protocol/codec.ts";
import { syncAccount } from "../protocol/delivery.ts";
import { type ConversationId, type Incarnation, newId } from "../protocol/ids.ts";
import { beginIncarnation } from "../settings/incarnation.ts";
import { readAll, type Screen, until, watch } from "./person.ts";
import { startAgain, startTalking, storedBy, tell } from "./talking.ts";
import { type World, worlds } from "./world.ts";

setDefaultTimeout(60_000);

for (const { name, open } of worlds()) {
  describe(`a server put back to an earlier time on ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    test("has the conversation go on as its next generation, and nothing that was sent is lost", async () => {
      const { alice, alicePerson, bob, bobPerson, id } = await startTalking(world);
      await tell(alice, bob, id, "one");
      await tell(bob, alice, id, "two");
      await until("bob has a new key", async () => (await rowOf(world, id))?.epoch === 2);
      const backup = await backUp(world, id);
      await tell(alice, bob, id, "three");
      await tell(bob, alice, id, "four");
      await bob.close();
      await alice.do({ kind: "send", conversationId: id, text: "five" });
      await until("five is accepted", () =>
        [...alice.messages.values()].every(({ mark }) => mark !== "waiting"),
      );
      await alice.close();
      expect(await packagesOf(world, bobPerson)).toBeGreaterThan(0);
      await putBack(world, id, backup);
      // Nobody is given a key package of before: it begins anew once another's device has made new ones.
      const alices = await startAgain(alicePerson);
      expect(await packagesOf(world, bobPerson)).toBe(0);
      const bobs = await startAgain(bobPerson);
      await until("it has begun anew", async () => (await rowOf(world, id))?.generation === 1);
      await expectTalk(alices, bobs, id, ["one", "two", "three", "four", "five"]);
    });

    test("leads whoever accepts another identity into the generation that came with it", async () => {
      const life = lives();
      const { alice, alicePerson, bob, bobPerson, id } = await startTalking(world, life, life);
      await tell(alice, bob, id, "one");
      await tell(bob, alice, id, "two");
      await Promise.all([alice.close(), bob.close()]);
      const vault = await storedBy(bobPerson);
      await vault.change(async (change) => {
        const pin = await change.read("pins", alicePerson.me.accountId);
        if (pin) change.put("pins", alicePerson.me.accountId, { ...pin, root: new Uint8Array(32) });
      });
      await putBack(world, id, undefined);
      life.beginAnother();
      // She begins anew once his device has made new key packages.
      const [alices, bobs] = await Promise.all([startAgain(alicePerson), startAgain(bobPerson)]);
      await until("it has begun anew", async () => (await rowOf(world, id))?.generation === 1);
      await until("bob is warned", () => bobs.conversations.get(id)?.identityChanged === true);
      const shown = await bobs.do({ kind: "read_strangers", conversationId: id });
      const fingerprints = shown.map(({ fingerprint }) => fingerprint);
      await bobs.do({ kind: "accept_identity", conversationId: id, fingerprints });
      await expectTalk(alices, bobs, id, ["one", "two"]);
    });

    test("that never heard of a conversation hears of it from those who are in it", async () => {
      const { alice, alicePerson, bob, bobPerson, id } = await startTalking(world);
      await tell(alice, bob, id, "one");
      await tell(bob, alice, id, "two");
      await Promise.all([alice.close(), bob.close()]);
      await putBack(world, id, undefined);
      const [alices, bobs] = await Promise.all([startAgain(alicePerson), startAgain(bobPerson)]);
      await until("it has begun anew", async () => (await rowOf(world, id))?.generation === 1);
      await expectTalk(alices, bobs, id, ["one", "two"]);
    });

    test("that claims another life with each answer is left alone for a while, and nothing is lost", async () => {
      const asked: string[] = [];
      const restless = lives((url) => asked.push(url));
      const { alice, alicePerson, bob, id } = await startTalking(world, restless);
      await tell(alice, bob, id, "one");
      await alice.close();
      restless.neverTheSame();
      asked.length = 0;
      const again = watch(openAgain(alicePerson.platform));
      await until("she is told", () =>
        again.patches.some(
          (patch) =>
            patch.kind === "connection" &&
            patch.connection.kind === "offline" &&
            patch.connection.wrong === true,
        ),
      );
      await bob.do({ kind: "send", conversationId: id, text: "two" });
      await again.do({ kind: "send", conversationId: id, text: "three" });
      await Bun.sleep(300);
      expect(asked.length).toBeLessThan(40);
      expect(asked.filter((url) => /\/api\/conversations$|\/commits$/.test(url))).toEqual([]);
      restless.beginAnother();
      await again.do({ kind: "reconnect" });
      await until("all is read", () => again.texts(id).includes("two") && bob.texts(id).includes("three"));
      expect((await readAll(again, id)).sort()).toEqual(["one", "three", "two"]);
      await until("she is as before", () => again.conversations.get(id)?.state === "ready");
      expect(await rowOf(world, id)).toMatchObject({ generation: 0 });
      await Promise.all([again.close(), bob.close()]);
    });
  });
}

/** Each reads the other, both have the same, and what was there before is there once. */
async function expectTalk(alice: Screen, bob: Screen, id: ConversationId, before: readonly string[]) {
  const isReady = (screen: Screen) => screen.conversations.get(id)?.state === "ready";
  await until("both are in", () => isReady(alice) && isReady(bob));
  await tell(alice, bob, id, "on we go");
  await tell(bob, alice, id, "gladly");
  const all = [...before, "on we go", "gladly"].sort();
  for (const screen of [alice, bob]) expect((await readAll(screen, id)).sort()).toEqual(all);
  for (const screen of [alice, bob]) expect(screen.conversations.get(id)?.doubt).toBeUndefined();
  await Promise.all([alice.close(), bob.close()]);
}

/** What the account's page says of the server's life. */
function lives(note: (url: string) => void = () => undefined) {
  let life: Incarnation | undefined;
  let isRestless = false;
  const through = (platform: Platform): Platform => ({
    ...platform,
    fetch: async (url, init) => {
      note(new URL(url).pathname);
      const answer = await platform.fetch(url, init);
      if (!url.includes("/api/sync/account") || !answer.ok || !(life || isRestless)) return answer;
      const page = v.parse(syncAccount.output, decodeBinary(await answer.bytes()));
      const incarnation = isRestless ? newId<Incarnation>() : life;
      return new Response(encodeBinary({ ...page, incarnation }));
    },
  });
  return {
    through,
    beginAnother() {
      isRestless = false;
      life = newId<Incarnation>();
    },
    neverTheSame() {
      isRestless = true;
    },
  };
}

const TABLES = [conversationGroups, conversationMembers, conversationDevices, events, epochRemovals] as const;

async function rowOf({ test: { app } }: World, id: ConversationId) {
  const [row] = await app.db.read.select().from(conversations).where(eq(conversations.id, id));
  return row;
}

async function packagesOf({ test: { app } }: World, { me }: Headless): Promise<number> {
  const rows = await app.db.read
    .select({ ref: keyPackages.ref })
    .from(keyPackages)
    .innerJoin(devices, eq(devices.id, keyPackages.deviceId))
    .where(eq(devices.accountId, me.accountId));
  return rows.length;
}

type Backup = Awaited<ReturnType<typeof backUp>>;

async function backUp(world: World, id: ConversationId) {
  const { read } = world.test.app.db;
  const row = await rowOf(world, id);
  const rows = await Promise.all(
    TABLES.map((table) => read.select().from(table).where(eq(table.conversationId, id))),
  );
  return { row, rows };
}

/** Everything of one conversation as it was then, or as it was before there was one. */
async function putBack({ test: { app } }: World, id: ConversationId, backup: Backup | undefined) {
  await app.db.write(async (tx) => {
    await beginIncarnation(tx);
    for (const table of TABLES) await tx.delete(table).where(eq(table.conversationId, id));
    await tx.delete(conversations).where(eq(conversations.id, id));
    if (!backup?.row) return;
    await tx.insert(conversations).values(backup.row);
    for (const [place, table] of TABLES.entries()) {
      const rows = backup.rows[place] ?? [];
      if (rows.length > 0) await tx.insert(table).values(rows as never);
    }
  });
}
