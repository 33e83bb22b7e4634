import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { LinkView } from "../../web/delivery/links/commands.ts";
import type { Platform } from "../../web/delivery/platform/platform.ts";
import type { ConversationId } from "../protocol/ids.ts";
import { changesOn, come, groupOn, type Member, ranksOn, say } from "./grouping.ts";
import { until } from "./person.ts";
import { startAgain, storedBy } from "./talking.ts";
import { type World, worlds } from "./world.ts";

setDefaultTimeout(90_000);
const DAY = 24 * 60 * 60 * 1000;

for (const { name, open } of worlds()) {
  describe(`a link into a group on ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    test("lets somebody in while nobody is online, and all agree when the others come back", async () => {
      const { ada, ben, id } = await startGroup(world);
      const link = await make(ada, id);
      await say(ada, "before dora", [ben], id);
      await Promise.all([ada.close(), ben.close()]);
      const dora = await come(world);
      expect(await look(dora, link)).toMatchObject({ name: "Family", members: 2, standing: "outside" });
      expect(await enter(dora, link)).toBe(id);
      expect(groupOn(dora, id)?.name).toBe("Family");
      await dora.screen.do({ kind: "open", conversationId: id });
      expect(changesOn(dora, id)).toEqual([{ kind: "added", accounts: [dora.id] }]);
      await dora.screen.do({ kind: "send", conversationId: id, text: "anybody here?" });
      const back = [await again(ada), await again(ben)];
      for (const one of back) {
        await until("they read it", () => one.screen.texts(id).includes("anybody here?"));
        await until("they know dora", () => ranksOn(one, id)[dora.name] === "member");
        expect(changesOn(one, id)).toContainEqual({ kind: "added", accounts: [dora.id] });
      }
      const [adaBack, benBack] = back as [Member, Member];
      await say(benBack, "welcome", [adaBack, dora], id);
      await until("dora knows them all", () => Object.keys(ranksOn(dora, id)).length === 3);
      expect(ranksOn(dora, id)).toEqual(ranksOn(adaBack, id));
      expect(dora.screen.texts(id)).toEqual(["anybody here?", "welcome"]);
      for (const one of [adaBack, benBack, dora])
        expect(one.screen.conversations.get(id)?.doubt).toBeUndefined();
      expect(await look(dora, link)).toMatchObject({ standing: "inside", conversationId: id });
      await Promise.all([adaBack.close(), benBack.close(), dora.close()]);
    });

    test("lets one after the other in, each by the word of those before, and two at once", async () => {
      const { ada, ben, id } = await startGroup(world);
      const link = await make(ada, id);
      await Promise.all([ada.close(), ben.close()]);
      const dora = await come(world);
      await enter(dora, link);
      await dora.close();
      const [emil, fay] = [await come(world), await come(world)];
      expect(await Promise.all([enter(emil, link), enter(fay, link)])).toEqual([id, id]);
      await say(emil, "hello", [fay], id);
      await until("all five are in", () => Object.keys(ranksOn(fay, id)).length === 5);
      const adaBack = await again(ada);
      await until("ada too knows five", () => Object.keys(ranksOn(adaBack, id)).length === 5);
      const views = await adaBack.screen.do({ kind: "list_links", conversationId: id });
      expect(views).toMatchObject([{ linkId: link.linkId, used: 3, by: ada.id, secret: link.secret }]);
      await Promise.all([emil.close(), fay.close(), adaBack.close()]);
    });

    test("that was revoked, has expired or was used up lets nobody in, and says which", async () => {
      const { ada, ben, id } = await startGroup(world);
      const [dora, emil] = [await come(world), await come(world)];
      const once = await make(ada, id, { uses: 1 });
      await enter(dora, once);
      await refused(enter(emil, once), "link.used_up");
      const gone = await make(ada, id);
      await ada.screen.do({ kind: "revoke_link", conversationId: id, linkId: gone.linkId });
      await refused(enter(emil, gone), "link.not_found");
      const short = await make(ada, id, { expiresIn: DAY });
      world.test.clock.advance(DAY + 60_000);
      await refused(look(emil, short), "link.expired");
      await refused(enter(emil, short), "link.expired");
      await refused(enter(emil, { ...short, secret: once.secret }), "link_broken");
      expect(Object.keys(ranksOn(ada, id))).not.toContain(emil.name);
      await Promise.all([ada, ben, dora, emil].map((one) => one.close()));
    });

    test("that asks for approval lets somebody wait until one is added or declined", async () => {
      const { ada, ben, id } = await startGroup(world);
      const link = await make(ada, id, { approval: true });
      const [dora, emil] = [await come(world), await come(world)];
      await ada.close();
      expect(await Promise.all([enter(dora, link), enter(emil, link)])).toEqual([undefined, undefined]);
      expect(await look(dora, link)).toMatchObject({ approval: true, standing: "waiting" });
      const back = await again(ada);
      const asking = () => (groupOn(back, id)?.asking ?? []).map(({ username }) => username).sort();
      await until("ada sees both", () => asking().length === 2);
      expect(asking()).toEqual([dora.name, emil.name].sort());
      expect(groupOn(ben, id)?.asking).toBeUndefined();
      await refused(answer(ben, id, dora, true), "account.not_found");
      await answer(back, id, dora, true);
      await until("dora is in", () => groupOn(dora, id)?.name === "Family");
      await answer(back, id, emil, false);
      expect(asking()).toEqual([]);
      expect(await look(emil, link)).toMatchObject({ standing: "outside" });
      await say(dora, "thank you", [back, ben], id);
      await Promise.all([back, ben, dora, emil].map((one) => one.close()));
    });

    test("is not the way back for somebody who was removed, but is for somebody who left", async () => {
      const { ada, ben, id } = await startGroup(world);
      const link = await make(ada, id);
      const [dora, emil] = [await come(world), await come(world)];
      for (const one of [dora, emil]) await enter(one, link);
      await until("ada knows them", () => Object.keys(ranksOn(ada, id)).length === 4);
      await ada.screen.do({ kind: "remove_member", conversationId: id, accountId: dora.id });
      await until("dora is out", () => dora.screen.conversations.get(id)?.frozenBy === "removed");
      await refused(enter(dora, link), "link.barred");
      await refused(enter(dora, await make(ada, id)), "link.barred");
      await emil.screen.do({ kind: "leave_group", conversationId: id });
      await leavesAreOut(ada, id, emil);
      expect(await enter(emil, link)).toBe(id);
      await say(emil, "back by myself", [ada, ben], id);
      await ada.screen.do({ kind: "add_members", conversationId: id, usernames: [dora.name] });
      await until("dora is back", () => dora.screen.conversations.get(id)?.state === "ready");
      await say(dora, "thank you", [ada, ben, emil], id);
      await dora.screen.do({ kind: "leave_group", conversationId: id });
      await leavesAreOut(ada, id, dora);
      expect(await enter(dora, link)).toBe(id);
      await Promise.all([ada, ben, dora, emil].map((one) => one.close()));
    });

    test("is made by those who may add members, and ends with its maker's right", async () => {
      const { ada, ben, id } = await startGroup(world);
      await refused(make(ben, id), "commit.not_allowed");
      await ada.screen.do({ kind: "set_rank", conversationId: id, accountId: ben.id, rank: "admin" });
      await until("ben knows", () => groupOn(ben, id)?.mayAdd === true);
      const link = await make(ben, id);
      const [adas] = await ada.screen.do({ kind: "list_links", conversationId: id });
      expect(adas).toMatchObject({ by: ben.id, secret: undefined });
      await ada.screen.do({ kind: "set_rank", conversationId: id, accountId: ben.id, rank: "member" });
      const dora = await come(world);
      await refused(enter(dora, link), "link.not_found");
      await Promise.all([ada, ben, dora].map((one) => one.close()));
    });

    test("shows the name that the group has now", async () => {
      const { ada, ben, id } = await startGroup(world);
      const link = await make(ada, id);
      const dora = await come(world);
      await ada.screen.do({ kind: "set_about", conversationId: id, name: "Cousins", description: "" });
      await until("it is shown", async () => (await look(dora, link)).name === "Cousins");
      await Promise.all([ada, ben, dora].map((one) => one.close()));
    });

    test("of another group than the server shows is found out before anything is sent", async () => {
      const [one, other] = [await startGroup(world), await startGroup(world)];
      const links = [await make(one.ada, one.id), await make(other.ada, other.id)] as const;
      const dora = await come(world, swapping(links[0].linkId, links[1].linkId));
      await refused(enter(dora, links[0]), "link_unvouched");
      expect(ranksOn(other.ada, other.id)).not.toHaveProperty(dora.name);
      expect(dora.screen.conversations.size).toBe(0);
      await Promise.all([one.ada, one.ben, other.ada, other.ben, dora].map((each) => each.close()));
    });

    test("lets somebody in once whose answer was lost", async () => {
      const { ada, ben, id } = await startGroup(world);
      const link = await make(ada, id, { uses: 1 });
      const dora = await come(world, losingAnswer(`/api/join/${link.linkId}/commit`));
      await refused(enter(dora, link), "unreachable");
      await dora.close();
      const back = await again(dora);
      await until("dora is in", () => back.screen.conversations.get(id)?.state === "ready");
      await say(back, "here", [ada, ben], id);
      await Promise.all([ada, ben, back].map((one) => one.close()));
    });
  });
}

/** A server that answers for one link with what belongs to the other. */
function swapping(from: string, to: string): (platform: Platform) => Platform {
  return (platform) => ({
    ...platform,
    fetch: (url, init) => platform.fetch(init.method === "GET" ? url.replace(from, to) : url, init),
  });
}

function losingAnswer(path: string): (platform: Platform) => Platform {
  let left = 1;
  return (platform) => ({
    ...platform,
    fetch: async (url, init) => {
      const answer = await platform.fetch(url, init);
      if (url.endsWith(path) && left > 0) {
        left -= 1;
        throw new TypeError("connection reset");
      }
      return answer;
    },
  });
}

async function again(who: Member): Promise<Member> {
  const screen = await startAgain(who.person);
  return { ...who, screen, close: () => screen.close() };
}

async function startGroup(world: World) {
  const [ada, ben] = [await come(world), await come(world)];
  const id = await ada.screen.do({ kind: "found_group", name: "Family", usernames: [ben.name] });
  await until("ben is in", () => groupOn(ben, id)?.name === "Family");
  return { ada, ben, id };
}

/** Whoever left is in the tree until another member takes their leaves out. */
async function leavesAreOut(ada: Member, id: ConversationId, leaver: Member): Promise<void> {
  const stored = await storedBy(ada.person);
  const left = async () => (await stored.read("conversations", id))?.departures.length;
  await until("the leaver is known of", () => ranksOn(ada, id)[leaver.name] === undefined);
  await until("the leaves are out", async () => (await left()) === 0, 20_000);
}

type Wish = { expiresIn?: number; uses?: number; approval?: boolean };

async function make({ screen }: Member, conversationId: ConversationId, wish: Wish = {}) {
  const defaults = { expiresIn: 0, uses: 0, approval: false };
  const made = await screen.do({ kind: "create_link", conversationId, ...defaults, ...wish });
  return { linkId: made.linkId, secret: made.secret ?? "" };
}

type Shared = Pick<LinkView, "linkId"> & { readonly secret: string };
const look = ({ screen }: Member, link: Shared) => screen.do({ kind: "look_at_link", ...link });
const enter = ({ screen }: Member, link: Shared) => screen.do({ kind: "join_by_link", ...link });
const answer = ({ screen }: Member, conversationId: ConversationId, { id }: Member, admit: boolean) =>
  screen.do({ kind: "answer_request", conversationId, accountId: id, admit });

async function refused(work: Promise<unknown>, code: string): Promise<void> {
  await expect(work).rejects.toMatchObject({ code });
}
