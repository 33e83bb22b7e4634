import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import * as v from "valibot";
import { appendToLog } from "../../web/crypto/device.ts";
import { decodeIdentity } from "../../web/crypto/identity.ts";
import type { Platform } from "../../web/delivery/platform/platform.ts";
import type { Headless } from "../../web/headless.ts";
import { decodeBinary, encodeBinary } from "../protocol/codec.ts";
import { showDeviceLog } from "../protocol/devices.ts";
import { type AccountId, type ConversationId, type DeviceId, newId } from "../protocol/ids.ts";
import { registerNewDevice } from "../testing/make-device.ts";
import { signInAgain } from "../testing/people.ts";
import { come, type Member, say } from "./grouping.ts";
import { type Screen, until as untilWithin } from "./person.ts";
import { startAgain, storedBy } from "./talking.ts";
import { type World, worlds } from "./world.ts";

setDefaultTimeout(120_000);

/** Devices are looked at some seconds later, once after each change. */
const until = (what: string, holds: () => boolean | Promise<boolean>) => untilWithin(what, holds, 25_000);

type Entries = readonly Uint8Array<ArrayBuffer>[];
type Show = (accountId: AccountId, entries: Entries) => Entries;

for (const { name, open } of worlds()) {
  describe(`device logs on ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    test("are the same for everybody, also after another device, and nobody is warned", async () => {
      const [ada, ben] = [await come(world), await come(world)];
      const id = await meet(ada, ben);
      await until("they know each other's", async () => (await lengths(ada, [ada, ben])).join() === "1,1");
      await addDevice(world, ben);
      const bens = await comeBack(ben);
      await until("ben knows his own", async () => (await lengths(ben, [ben])).join() === "2");
      await say(bens, "from here", [ada], id);
      await until("ada has seen it too", async () => (await lengths(ada, [ben])).join() === "2");
      await say(ada, "fine", [bens], id);
      await until(
        "nothing is left to look at",
        async () => (await isSettled(ada, id)) && isSettled(bens, id),
      );
      for (const { screen } of [ada, bens]) expect(doubtsOn(screen, id)).toEqual([]);
      await Promise.all([ada.close(), bens.close()]);
    });

    test("of which the server shows somebody only the beginning are found out by what their owner tells", async () => {
      const show: { log: Show } = { log: (_of, entries) => entries };
      const [ada, ben] = [await come(world, (platform) => showing(platform, show)), await come(world)];
      const id = await meet(ada, ben);
      await until("ada knows ben's", async () => (await lengths(ada, [ben])).join() === "1");
      show.log = (of, entries) => (of === ben.id ? entries.slice(0, 1) : entries);
      await addDevice(world, ben);
      const bens = await comeBack(ben);
      await until("ben knows his own", async () => (await lengths(ben, [ben])).join() === "2");
      await say(bens, "which devices do you see?", [ada], id);
      await until("ada is warned", () => doubtsOn(ada.screen, id).some(({ why }) => why === "differs"));
      expect(doubtsOn(ada.screen, id)).toEqual([{ accountId: ben.id, why: "differs", mine: false }]);
      await say(ada, "not all", [bens], id);
      const again = await comeBack(ada);
      expect(doubtsOn(again.screen, id)).toEqual([{ accountId: ben.id, why: "differs", mine: false }]);
      await Promise.all([again.close(), bens.close()]);
    });

    test("that fork are found out, and that go back on what was shown before", async () => {
      const show: { log: Show } = { log: (_of, entries) => entries };
      const [ada, ben] = [await come(world, (platform) => showing(platform, show)), await come(world)];
      const id = await meet(ada, ben);
      await until("ada knows ben's", async () => (await lengths(ada, [ben])).join() === "1");
      const fork = await forkOf(world, ben);
      await addDevice(world, ben);
      show.log = (of, entries) => (of === ben.id ? fork : entries);
      const bens = await comeBack(ben);
      await until("ben knows his own", async () => (await lengths(ben, [ben])).join() === "2");
      await say(bens, "which ones?", [ada], id);
      await until("ada is warned", () => doubtsOn(ada.screen, id).some(({ why }) => why === "differs"));
      expect(doubtsOn(ada.screen, id)).toEqual([{ accountId: ben.id, why: "differs", mine: false }]);
      await Promise.all([ada.close(), bens.close()]);
    });

    test("of somebody silent are compared by what a third tells of them", async () => {
      const show: { log: Show } = { log: (_of, entries) => entries };
      const [ada, ben] = [await come(world), await come(world)];
      const cleo = await come(world, (platform) => showing(platform, show));
      const usernames = [ben.name, cleo.name];
      const id = await ada.screen.do({ kind: "found_group", name: "Family", usernames });
      for (const one of [ben, cleo])
        await until("they are in", () => one.screen.conversations.get(id)?.state === "ready");
      await until("cleo knows ben's", async () => (await lengths(cleo, [ben])).join() === "1");
      show.log = (of, entries) => (of === ben.id ? entries.slice(0, 1) : entries);
      await addDevice(world, ben);
      const bens = await comeBack(ben);
      await until("ben knows his own", async () => (await lengths(ben, [ben])).join() === "2");
      await say(bens, "to ada alone", [ada], await meet(bens, ada));
      await until("ada knows ben's", async () => (await lengths(ada, [ben])).join() === "2");
      await say(ada, "hello", [cleo], id);
      await until("cleo is warned", () => doubtsOn(cleo.screen, id).some(({ why }) => why === "differs"));
      expect(doubtsOn(cleo.screen, id)).toEqual([{ accountId: ben.id, why: "differs", mine: false }]);
      expect(doubtsOn(ada.screen, id)).toEqual([]);
      await Promise.all([ada, bens, cleo].map((one) => one.close()));
    });

    test("without a device that is in the group have those in it warned, who write and read all the same", async () => {
      const show: { log: Show } = { log: (_of, entries) => entries };
      const [ada, ben] = [await come(world, (platform) => showing(platform, show)), await come(world)];
      show.log = (of, entries) => (of === ben.id ? [] : entries);
      const id = await meet(ada, ben);
      await until("ada is warned", () => doubtsOn(ada.screen, id).length > 0);
      expect(doubtsOn(ada.screen, id)).toEqual([{ accountId: ben.id, why: "unlisted", mine: false }]);
      await say(ada, "who reads this?", [ben], id);
      await say(ben, "I do", [ada], id);
      expect(ada.screen.conversations.get(id)?.state).toBe("ready");
      await Promise.all([ada.close(), ben.close()]);
    });

    test("that never come hold up nothing", async () => {
      let asked = false;
      const ada = await come(world, (platform) => ({
        ...platform,
        fetch: (url, init) => {
          if (!url.endsWith("/device-log")) return platform.fetch(url, init);
          asked = true;
          return new Promise(() => undefined);
        },
      }));
      const ben = await come(world);
      const id = await meet(ada, ben);
      await until("ada has asked for one", () => asked);
      await say(ada, "one", [ben], id);
      await say(ben, "two", [ada], id);
      await ada.screen.do({ kind: "send", conversationId: id, text: "three" });
      await until("ben reads it", () => ben.screen.texts(id).includes("three"));
      await Promise.all([ada.close(), ben.close()]);
    });
  });
}

async function meet(one: Member, other: Member): Promise<ConversationId> {
  const id = await one.screen.do({ kind: "write_to", username: other.name });
  await until("the other is in", () => other.screen.conversations.get(id)?.state === "ready");
  return id;
}

async function comeBack(who: Member): Promise<Member> {
  await who.close();
  const screen = await startAgain(who.person);
  await until("conversations are shown", () => screen.conversations.size > 0);
  return { ...who, screen, close: () => screen.close() };
}

/** Another device of the same account, elsewhere. */
async function addDevice(world: World, { person, name }: Member): Promise<void> {
  const { identity, log } = await keysOf(person);
  const { cookie, me } = person;
  const elsewhere = await signInAgain(world.test, { username: name, cookie, me });
  await registerNewDevice(world.test, elsewhere, { identity, log });
}

async function keysOf(person: Headless) {
  const stored = await (await storedBy(person)).read("identity", "device");
  if (!stored) throw new Error("there is no identity");
  const { entries } = await person.call(showDeviceLog, { accountId: person.me.accountId });
  return { identity: await decodeIdentity(stored.keys), log: entries };
}

/** Signed by the account's own key, as by whoever has stolen it. */
async function forkOf(world: World, { person }: Member): Promise<Entries> {
  const { identity, log } = await keysOf(person);
  const change = { change: "added", deviceId: newId<DeviceId>(), at: world.test.clock.now() } as const;
  return [...log, await appendToLog(identity, log, { ...change, names: new Uint8Array(32) })];
}

/** A server that shows this client other device logs than there are. */
function showing(platform: Platform, show: { readonly log: Show }): Platform {
  return {
    ...platform,
    fetch: async (url, init) => {
      const [, account] = /accounts\/([^/]+)\/device-log$/.exec(url) ?? [];
      const answer = await platform.fetch(url, init);
      if (account === undefined || !answer.ok) return answer;
      const { entries } = v.parse(showDeviceLog.output, decodeBinary(await answer.bytes()));
      const shown = show.log(account as AccountId, entries);
      return new Response(encodeBinary({ entries: shown }), { headers: answer.headers });
    },
  };
}

/** How many entries somebody has seen of these people's. */
async function lengths({ person }: Member, of: readonly Member[]): Promise<number[]> {
  const vault = await storedBy(person);
  const logs = await Promise.all(of.map(({ id }) => vault.read("device_logs", id)));
  return logs.map((log) => log?.hashes.length ?? 0);
}

async function isSettled({ person }: Member, id: ConversationId): Promise<boolean> {
  const conversation = await (await storedBy(person)).read("conversations", id);
  return conversation !== undefined && !conversation.devicesDue && !conversation.heads;
}

function doubtsOn({ conversations }: Screen, id: ConversationId) {
  return conversations.get(id)?.deviceDoubts ?? [];
}
