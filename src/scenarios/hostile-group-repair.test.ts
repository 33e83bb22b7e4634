import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { commitLawlessly } from "../../web/crypto/commit-lawlessly.ts";
import { decodeDevice } from "../../web/crypto/device.ts";
import { decodeGroup } from "../../web/crypto/store-group.ts";
import { readHalves } from "../../web/delivery/groups/group-at-rest.ts";
import type { Platform } from "../../web/delivery/platform/platform.ts";
import { decodeBinary, encodeBinary } from "../protocol/codec.ts";
import type { ConversationId } from "../protocol/ids.ts";
import { changesOn, come, type Member, ranksOn, say, startGroup } from "./grouping.ts";
import { until } from "./person.ts";
import { epochAt, startAgain, storedBy } from "./talking.ts";
import { type World, worlds } from "./world.ts";

setDefaultTimeout(60_000);

for (const { name, open } of worlds()) {
  describe(`a group on ${name} that somebody comes back into`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    for (const left of ["its state", "nothing"] as const)
      test(`is not as one plain member and the server show it, where cleo has ${left} left of it`, async () => {
        const lie: Lied = { commits: 0 };
        const { ada, ben, cleo, id } = await startLying(world, lie);
        await say(ada, "before", [ben, cleo], id);
        const before = ranksOn(cleo, id);
        await cleo.close();
        if (left === "nothing") await forget(cleo, id);
        const epoch = await epochAt(world, id);
        lie.groupInfo = await usurp(ben, id);
        const back = await startAgain(cleo.person);
        await until("it is given up", () => back.conversations.get(id)?.state === "frozen", 20_000);
        expect(back.conversations.get(id)?.frozenBy).toBe("unvouched");
        const again = { ...cleo, screen: back };
        expect([ranksOn(again, id), lie.commits]).toEqual([before, 0]);
        expect(before[ben.name]).toBe("member");
        expect(await epochAt(world, id)).toBe(epoch);
        await Promise.all([ada.close(), ben.close(), back.close()]);
      });

    test("shows what those in charge changed meanwhile, and what could not be recovered", async () => {
      const { ada, ben, cleo, id } = await startGroup(world);
      const dan = await come(world);
      await say(ada, "before", [ben, cleo], id);
      await cleo.close();
      await forget(cleo, id);
      await say(ada, "missed", [ben], id);
      await ada.screen.do({ kind: "set_rank", conversationId: id, accountId: ben.id, rank: "admin" });
      await ada.screen.do({ kind: "add_members", conversationId: id, usernames: [dan.name] });
      await until("dan is in", () => dan.screen.conversations.get(id)?.state === "ready");
      const back = await startAgain(cleo.person);
      await until("she is back in", () => back.conversations.get(id)?.state === "ready", 20_000);
      const again = { ...cleo, screen: back };
      await back.do({ kind: "open", conversationId: id });
      await until("it is said", () => changesOn(again, id).some(({ kind }) => kind === "ranked"));
      const lines = [...back.messages.values()].map(({ body }) => body);
      const line = lines.find((body) => body.kind === "change" && body.meanwhile);
      if (line?.kind !== "change") throw new Error("there is no such line");
      expect(line.changes).toEqual([
        { kind: "added", accounts: [dan.id] },
        { kind: "ranked", account: ben.id, rank: "admin" },
      ]);
      expect(line.meanwhile?.lost).toBeGreaterThan(0);
      expect(back.conversations.get(id)?.doubt).toBeUndefined();
      await say(again, "here again", [ada, ben, dan], id);
      await Promise.all([ada, ben, again, dan].map((one) => one.screen.close()));
    });
  });
}

interface Lied {
  groupInfo?: { readonly epoch: number; readonly groupInfo: Uint8Array };
  /** How often cleo tried to come back into what she was shown. */
  commits: number;
}

/** ada's group with ben and cleo; as soon as there is a lie, the server tells it to cleo. */
async function startLying(world: World, lie: Lied) {
  const through = (platform: Platform): Platform => ({
    ...platform,
    fetch: async (url, init) => {
      if (!lie.groupInfo) return platform.fetch(url, init);
      if (url.endsWith("/group-info")) return new Response(encodeBinary({ generation: 0, ...lie.groupInfo }));
      if (url.endsWith("/commits")) lie.commits += 1;
      const answer = await platform.fetch(url, init);
      const tellsCounter = /\/api\/sync\/conversations|\/events(\?|$)/.test(url);
      return answer.ok && tellsCounter ? new Response(encodeBinary(ahead(await answer.bytes()))) : answer;
    },
  });
  const [ada, ben, cleo] = [await come(world), await come(world), await come(world, through)];
  const usernames = [ben.name, cleo.name];
  const id = await ada.screen.do({ kind: "found_group", name: "Family", usernames });
  for (const one of [ben, cleo])
    await until("they are in", () => one.screen.conversations.get(id)?.state === "ready");
  return { ada, ben, cleo, id };
}

/** As if this device had sent more than it remembers: it takes itself for a copy of an earlier time. */
function ahead(answer: Uint8Array<ArrayBuffer>): object {
  const page = decodeBinary(answer) as { counter?: number; changed?: { counter: number }[] };
  const changed = page.changed?.map((one) => ({ ...one, counter: one.counter + 1_000 }));
  return { ...page, ...(changed ? { changed } : { counter: (page.counter ?? 0) + 1_000 }) };
}

/** A GroupInfo that ben signs, in which the group is his. */
async function usurp(ben: Member, id: ConversationId): Promise<NonNullable<Lied["groupInfo"]>> {
  const vault = await storedBy(ben.person);
  const [identity, halves] = [await vault.read("identity", "device"), await readHalves(vault, id)];
  if (!identity || !halves) throw new Error("ben is not in the group");
  const group = decodeGroup({ ...halves, device: decodeDevice(identity.device) });
  const { groupInfo } = await commitLawlessly(group, { roles: { ...group.roles, owner: ben.id } });
  return { epoch: group.epoch + 1, groupInfo };
}

async function forget({ person }: Member, id: ConversationId): Promise<void> {
  const vault = await storedBy(person);
  await vault.change(async (change) => change.remove("groups", id));
}
