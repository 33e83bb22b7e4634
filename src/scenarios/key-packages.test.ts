import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { and, eq, isNull } from "drizzle-orm";
import { keyPackages } from "../db/tables.ts";
import { sweepKeyPackages } from "../devices/sweep-key-packages.ts";
import { claimKeyPackages, countKeyPackages, KEY_PACKAGES } from "../protocol/devices.ts";
import type { ConversationId, DeviceId } from "../protocol/ids.ts";
import { come, type Member } from "./grouping.ts";
import { type Screen, until } from "./person.ts";
import { startAgain, storedBy, tell } from "./talking.ts";
import { type World, worlds } from "./world.ts";

setDefaultTimeout(60_000);

const DAY = 24 * 60 * 60 * 1000;

/* The engine knows no clock but the machine's own: a story begins in the past, and comes to today. */

for (const { name, open } of worlds()) {
  describe(`being within reach while away on ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());
    const somebody = () => come(world, (platform) => ({ ...platform, clock: world.test.clock }));

    test("a pool that was handed out is full again, and what is new in it leads to its device", async () => {
      const [alice, bob] = [await somebody(), await somebody()];
      const before = new Set((await offeredBy(world, bob)).map(refOf));
      world.test.clock.advance(1);
      for (let claims = 0; claims < KEY_PACKAGES.full; claims += 1)
        await alice.person.call(claimKeyPackages, { accountId: bob.id });
      await until("the pool is filled again", async () => (await countOf(bob)).remaining >= 20);
      const fresh = (await offeredBy(world, bob)).filter(({ lastResort }) => !lastResort);
      expect(fresh.filter((one) => before.has(refOf(one)))).toEqual([]);
      const id = await alice.screen.do({ kind: "write_to", username: bob.name });
      await until("bob is in", () => bob.screen.conversations.has(id));
      expect(statesOf(bob.screen, id)).toEqual(["ready"]);
      await tell(alice.screen, bob.screen, id, "by a new one");
      await Promise.all([alice.close(), bob.close()]);
    });

    test("a device with an empty pool is reached after the last resort it came with has ended", async () => {
      world.test.clock.advance(-101 * DAY);
      const [alice, bob] = [await somebody(), await somebody()];
      await pass(world, 61, [alice, bob]);
      await (await comeBackAndRenew(world, bob)).close();
      await pass(world, 40, [alice]);
      await sweepKeyPackages(world.test.app);
      expect((await offeredBy(world, bob)).map(({ lastResort }) => lastResort)).toEqual([true]);
      const id = await alice.screen.do({ kind: "write_to", username: bob.name });
      const again = await startAgain(bob.person);
      await until("bob is in", () => again.conversations.has(id));
      expect(statesOf(again, id)).toEqual(["ready"]);
      await tell(alice.screen, again, id, "found you");
      await Promise.all([alice.close(), again.close()]);
    });

    test("a last resort that was replaced still leads in, and is forgotten when nobody can have used it", async () => {
      world.test.clock.advance(-61 * DAY);
      const [alice, bob] = [await somebody(), await somebody()];
      const [old] = (await offeredBy(world, bob)).filter(({ lastResort }) => lastResort);
      if (!old) throw new Error("bob came without a last resort");
      await pass(world, 61, [alice, bob]);
      await (await comeBackAndRenew(world, bob)).close();
      await world.test.app.db.write(async (tx) => {
        await tx.delete(keyPackages).where(eq(keyPackages.deviceId, old.deviceId));
        await tx.insert(keyPackages).values(old);
      });
      const id = await alice.screen.do({ kind: "write_to", username: bob.name });
      const again = await startAgain(bob.person);
      await until("bob is in", () => again.conversations.has(id));
      expect(statesOf(again, id)).toEqual(["ready"]);
      await tell(alice.screen, again, id, "by the old one");
      await again.close();
      expect(await holds(bob, refOf(old))).toBe(true);
      await pass(world, 120, [bob]);
      const last = await startAgain(bob.person);
      await until("it is forgotten", async () => !(await holds(bob, refOf(old))));
      await Promise.all([alice.close(), last.close()]);
    });
  });
}

/** Days go by, and these sign nobody out meanwhile. */
async function pass(world: World, days: number, people: readonly Member[]): Promise<void> {
  for (let day = 0; day < days; day += 1) {
    world.test.clock.advance(DAY);
    if (day % 20 === 0) for (const one of people) await countOf(one);
  }
}

async function comeBackAndRenew(world: World, bob: Member): Promise<Screen> {
  await bob.close();
  const again = await startAgain(bob.person);
  const renewed = world.test.clock.now() + 89 * DAY;
  await until("it is renewed", async () => ((await countOf(bob)).lastResortEndsAt ?? 0) > renewed);
  return again;
}

function countOf({ person }: Member) {
  return person.call(countKeyPackages, {});
}

async function offeredBy({ test: { app } }: World, { person }: Member) {
  const identity = await (await storedBy(person)).read("identity", "device");
  return app.db.read
    .select()
    .from(keyPackages)
    .where(and(eq(keyPackages.deviceId, identity?.deviceId as DeviceId), isNull(keyPackages.claimedAt)));
}

function refOf({ ref }: { readonly ref: Uint8Array }): string {
  return ref.toBase64({ alphabet: "base64url", omitPadding: true });
}

async function holds({ person }: Member, ref: string): Promise<boolean> {
  return (await (await storedBy(person)).read("key_packages", ref)) !== undefined;
}

function statesOf({ patches }: Screen, id: ConversationId): string[] {
  const told = patches.flatMap((patch) => (patch.kind === "conversations" ? patch.conversations : []));
  return [...new Set(told.filter((one) => one.id === id).map(({ state }) => state))];
}
