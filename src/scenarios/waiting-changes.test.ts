import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Platform } from "../../web/delivery/platform/platform.ts";
import { openAgain } from "../../web/headless.ts";
import type { ConversationId } from "../protocol/ids.ts";
import { cable } from "./cable.ts";
import { come, groupOn, type Member, ranksOn, say } from "./grouping.ts";
import { until, watch } from "./person.ts";
import { startAgain } from "./talking.ts";
import { type World, worlds } from "./world.ts";

setDefaultTimeout(90_000);

for (const { name, open } of worlds()) {
  describe(`a change of a group that waits on ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    test("is made behind another's that came first", async () => {
      const { ada, ben, cleo, id, bens, close } = await start(world);
      await cut(bens, ben);
      await waits(promote(ben, cleo, id));
      await choose(ada, id);
      await mend(bens, ben);
      for (const one of [ada, ben, cleo]) await untilBoth(one, cleo, id);
      await sound([ada, ben, cleo], id);
      await close();
    });

    test("is made, and so is another's, where two of those in charge were away", async () => {
      const { ada, ben, cleo, id, adas, bens, close } = await start(world);
      await Promise.all([cut(adas, ada), cut(bens, ben)]);
      await Promise.all([waits(promote(ben, cleo, id)), waits(choose(ada, id))]);
      await Promise.all([mend(adas, ada), mend(bens, ben)]);
      for (const one of [ada, ben, cleo]) await untilBoth(one, cleo, id);
      await sound([ada, ben, cleo], id);
      await close();
    });

    test("is made after a restart in between", async () => {
      const { ada, ben, cleo, id, bens } = await start(world);
      await cut(bens, ben);
      await waits(promote(ben, cleo, id));
      await ben.close();
      await choose(ada, id);
      bens.mend();
      const back = { ...ben, screen: watch(openAgain(ben.person.platform)) };
      for (const one of [ada, back, cleo]) await untilBoth(one, cleo, id);
      await sound([ada, back, cleo], id);
      await Promise.all([ada.close(), back.screen.close(), cleo.close()]);
    });

    test("adds whom it was to add with keys of now", async () => {
      const commits = withoutCommits();
      const { ada, ben, cleo, id, close } = await start(world, commits.through);
      const dora = await come(world);
      commits.stop();
      const usernames = [dora.name];
      await waits(ben.screen.do({ kind: "add_members", conversationId: id, usernames }));
      await choose(ada, id);
      commits.go();
      await until("dora is in", () => groupOn(dora, id)?.name === "Family", 20_000);
      await until("all know her", () => ranksOn(cleo, id)[dora.name] === "member");
      await sound([ada, ben, cleo, dora], id);
      await Promise.all([dora.close(), close()]);
    });

    test("is given up where its author may not any more, who is told until they have read it, and nobody else is", async () => {
      const { ada, ben, cleo, id, bens } = await start(world);
      await cut(bens, ben);
      await waits(promote(ben, cleo, id));
      await demote(ada, ben, id);
      await mend(bens, ben);
      await until("ben is told", () => groupOn(ben, id)?.refusedChange === "commit.not_allowed", 20_000);
      await sound([ada, ben, cleo], id);
      for (const one of [ada, ben, cleo]) expect(ranksOn(one, id)[cleo.name]).toBe("member");
      for (const one of [ada, cleo]) expect(groupOn(one, id)?.refusedChange).toBeUndefined();
      await ben.close();
      const back = { ...ben, screen: await startAgain(ben.person) };
      await until("he is told again", () => groupOn(back, id)?.refusedChange !== undefined);
      await back.screen.do({ kind: "heed_refusal", conversationId: id });
      expect(groupOn(back, id)?.refusedChange).toBeUndefined();
      await Promise.all([ada.close(), back.screen.close(), cleo.close()]);
    });

    test("is given up at once where its author is there and loses the right while it is on its way", async () => {
      const commits = holdingCommits();
      const { ada, ben, cleo, id, close } = await start(world, commits.through);
      commits.hold();
      const promoted = promote(ben, cleo, id).then(
        () => undefined,
        (cause) => cause,
      );
      await until("it is on its way", commits.isHeld);
      await demote(ada, ben, id);
      commits.release();
      expect(await promoted).toMatchObject({ code: "commit.not_allowed" });
      await sound([ada, ben, cleo], id);
      expect(groupOn(ben, id)?.refusedChange).toBeUndefined();
      expect(ranksOn(ada, id)[cleo.name]).toBe("member");
      await close();
    });

    test("of a name is given up where its author may not name the group any more, who is told", async () => {
      const { ada, ben, cleo, id, bens, close } = await start(world);
      await cut(bens, ben);
      await ben.screen.do({ kind: "set_about", conversationId: id, name: "Bens", description: "" });
      await demote(ada, ben, id);
      await mend(bens, ben);
      await until("ben is told", () => groupOn(ben, id)?.refusedChange === "commit.not_allowed", 20_000);
      await sound([ada, ben, cleo], id);
      for (const one of [ada, ben, cleo]) expect(groupOn(one, id)?.name).toBe("Family");
      await close();
    });
  });
}

/** Ada's group; ben is an admin of it. Both of them can be cut off. */
async function start(world: World, through: (platform: Platform) => Platform = (same) => same) {
  const [adas, bens] = [cable(), cable()];
  const ada = await come(world, adas.through);
  const ben = await come(world, (platform) => bens.through(through(platform)));
  const cleo = await come(world);
  const usernames = [ben.name, cleo.name];
  const id = await ada.screen.do({ kind: "found_group", name: "Family", usernames });
  for (const one of [ben, cleo]) await until("they are in", () => groupOn(one, id)?.name === "Family");
  await ada.screen.do({ kind: "set_rank", conversationId: id, accountId: ben.id, rank: "admin" });
  for (const one of [ben, cleo]) await until("all know", () => ranksOn(one, id)[ben.name] === "admin");
  const close = () => Promise.all([ada, ben, cleo].map((one) => one.close()));
  return { ada, ben, cleo, id, adas, bens, close };
}

const promote = ({ screen }: Member, { id: accountId }: Member, conversationId: ConversationId) =>
  screen.do({ kind: "set_rank", conversationId, accountId, rank: "moderator" });

const choose = ({ screen }: Member, conversationId: ConversationId) =>
  screen.do({ kind: "set_rights", conversationId, chosen: { pin: "members" } });

const demote = ({ screen }: Member, { id: accountId }: Member, conversationId: ConversationId) =>
  screen.do({ kind: "set_rank", conversationId, accountId, rank: "member" });

async function waits(work: Promise<unknown>): Promise<void> {
  await expect(work).rejects.toMatchObject({ code: "change_waits" });
}

async function cut(line: ReturnType<typeof cable>, { screen }: Member): Promise<void> {
  line.cut();
  await until("they are away", () => screen.connection() !== "online");
}

async function mend(line: ReturnType<typeof cable>, { screen }: Member): Promise<void> {
  line.mend();
  await screen.do({ kind: "reconnect" });
}

/** What ben wanted, and what ada wanted. */
function untilBoth(one: Member, cleo: Member, id: ConversationId): Promise<void> {
  return until(
    `${one.name} sees both`,
    () => ranksOn(one, id)[cleo.name] === "moderator" && groupOn(one, id)?.rights?.pin === "members",
    20_000,
  );
}

/** All talk on, and nothing is held against anybody. */
async function sound(all: readonly Member[], id: ConversationId): Promise<void> {
  for (const one of all) {
    const others = all.filter((other) => other !== one);
    await say(one, `from ${one.name}`, others, id);
    expect(one.screen.conversations.get(id)).toMatchObject({ state: "ready" });
    expect(one.screen.conversations.get(id)?.doubt).toBeUndefined();
  }
}

/** Messages pass, commits do not. */
function withoutCommits() {
  let isStopped = false;
  return {
    stop() {
      isStopped = true;
    },
    go() {
      isStopped = false;
    },
    through: (platform: Platform): Platform => ({
      ...platform,
      fetch: async (url, init) => {
        if (isStopped && url.endsWith("/commits")) throw new TypeError("network is down");
        return platform.fetch(url, init);
      },
    }),
  };
}

function holdingCommits() {
  let gate: PromiseWithResolvers<void> | undefined;
  let isHeld = false;
  return {
    hold() {
      gate = Promise.withResolvers();
    },
    isHeld: () => isHeld,
    release: () => gate?.resolve(),
    through: (platform: Platform): Platform => ({
      ...platform,
      fetch: async (url, init) => {
        if (gate && url.endsWith("/commits")) {
          isHeld = true;
          await gate.promise;
        }
        return platform.fetch(url, init);
      },
    }),
  };
}
