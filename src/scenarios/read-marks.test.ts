import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Platform } from "../../web/delivery/platform/platform.ts";
import { decodeBinary } from "../protocol/codec.ts";
import type { SendMessage } from "../protocol/delivery.ts";
import { type AccountId, type ConversationId, newId } from "../protocol/ids.ts";
import { come, groupOn, type Member, say, see } from "./grouping.ts";
import { until } from "./person.ts";
import { storedBy } from "./talking.ts";
import { type World, worlds } from "./world.ts";

setDefaultTimeout(60_000);

const EVERY = 2_000;
const TEXTS = 12;

for (const { name, open } of worlds()) {
  describe(`read marks of a group on ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    test("go out at most every two seconds, however fast somebody reads, and the last one tells all", async () => {
      const marks = counted();
      const { ada, ben, ids, close } = await start(world, marks.through, 1);
      const [id] = ids as [ConversationId];
      const began = performance.now();
      for (let number = 1; number <= TEXTS; number += 1) {
        await say(ada, `text ${number}`, [ben], id);
        await see(ben, id);
      }
      const last = Math.max(...[...ben.screen.messages.values()].map(({ sequence }) => sequence ?? 0));
      await until("ada knows all is read", () => readBy(ada, ben, id) >= last);
      const most = 1 + Math.floor((performance.now() - began) / EVERY);
      expect(marks.in(id)).toBeGreaterThan(0);
      expect(marks.in(id)).toBeLessThanOrEqual(most);
      await close();
    });

    test("go out among fifty people, and among fifty-one no more", async () => {
      const marks = counted();
      const { ada, ben, ids, close } = await start(world, marks.through, 2);
      const [large, small] = ids as [ConversationId, ConversationId];
      await fill(ben, large, 51);
      await fill(ben, small, 50);
      for (const id of [large, small]) await say(ada, "has anybody read this?", [ben], id);
      for (const id of [large, small]) await see(ben, id);
      await until("ada is told of the small one", () => readBy(ada, ben, small) > 1);
      await say(ben, "a word behind it", [ada], large);
      expect([marks.in(large), marks.in(small)]).toEqual([0, 1]);
      expect(ben.screen.conversations.get(large)?.unread).toBe(0);
      await close();
    });
  });
}

/** Two people in some groups. */
async function start(world: World, through: (platform: Platform) => Platform, groups: number) {
  const [ada, ben] = [await come(world), await come(world, through)];
  const ids: ConversationId[] = [];
  for (let place = 0; place < groups; place += 1)
    ids.push(await ada.screen.do({ kind: "found_group", name: `Group ${place}`, usernames: [ben.name] }));
  for (const id of ids) await until("ben is in", () => groupOn(ben, id)?.name !== undefined);
  return { ada, ben, ids, close: () => Promise.all([ada.close(), ben.close()]) };
}

function readBy(who: Member, whom: Member, id: ConversationId): number {
  return groupOn(who, id)?.people.find(({ accountId }) => accountId === whom.id)?.read ?? 0;
}

/** So many are in it, as far as this device knows: so many real ones would take minutes. */
async function fill({ person }: Member, id: ConversationId, count: number): Promise<void> {
  const vault = await storedBy(person);
  await vault.change(async (change) => {
    const conversation = await change.read("conversations", id);
    if (!conversation) throw new Error("nothing is kept");
    const { people } = conversation;
    const others = Array.from({ length: count - people.length }, (_, place) => ({
      accountId: newId<AccountId>(),
      username: `other${place}`,
      rank: "member" as const,
      joined: 0,
      delivered: 0,
      read: 0,
    }));
    change.put("conversations", id, { ...conversation, people: [...people, ...others] });
  });
}

/** Of all that goes over the network, what the server collapses as a read mark. */
function counted() {
  const sent = new Map<string, number>();
  const through = (platform: Platform): Platform => ({
    ...platform,
    fetch: async (url, init) => {
      const [, id] = /\/conversations\/([^/]+)\/messages$/.exec(url) ?? [];
      if (id !== undefined && init.body instanceof Uint8Array) {
        const { messages } = decodeBinary(init.body) as { messages: SendMessage[] };
        const marks = messages.filter(({ collapseKey }) => collapseKey === "read").length;
        sent.set(id, (sent.get(id) ?? 0) + marks);
      }
      return platform.fetch(url, init);
    },
  });
  return { through, in: (id: ConversationId) => sent.get(id) ?? 0 };
}
