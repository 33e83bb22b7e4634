import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { eq } from "drizzle-orm";
import type { Platform } from "../../web/delivery/platform/platform.ts";
import type { Headless } from "../../web/headless.ts";
import { conversations, events } from "../db/tables.ts";
import type { ConversationId } from "../protocol/ids.ts";
import { changesOn, come, groupOn, type Member, ranksOn, say, see, startGroup } from "./grouping.ts";
import { type Screen, until } from "./person.ts";
import { epochAt, startAgain, storedBy } from "./talking.ts";
import { worlds } from "./world.ts";

setDefaultTimeout(90_000);

for (const { name, open } of worlds()) {
  describe(`a group on ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    test("is founded, named, talked in, and known alike by everybody in it", async () => {
      const { ada, ben, cleo, id, close } = await startGroup(world);
      for (const one of [ada, ben, cleo])
        expect(ranksOn(one, id)).toEqual({
          [ada.name]: "owner",
          [ben.name]: "member",
          [cleo.name]: "member",
        });
      for (const one of [ben, cleo])
        await until("the name has come", () => groupOn(one, id)?.name === "Family");
      await say(ada, "hello all", [ben, cleo], id);
      await say(cleo, "hello ada", [ada, ben], id);
      await until("ada's message has reached both", () => markOn(ada, "hello all") === "delivered");
      for (const one of [ben, cleo]) await see(one, id);
      await until("both have read it", () => markOn(ada, "hello all") === "read");
      const own = [...ada.screen.messages.values()].find(({ mine, body }) => mine && body.kind === "text");
      for (const { id: reader } of [ben, cleo])
        await until("it is said of each", () => {
          const read = groupOn(ada, id)?.people.find(({ accountId }) => accountId === reader)?.read;
          return read !== undefined && read >= (own?.sequence ?? Number.POSITIVE_INFINITY);
        });
      for (const one of [ada, ben, cleo]) expect(one.screen.conversations.get(id)?.doubt).toBeUndefined();
      await close();
    });

    test("takes somebody in, who learns its name, reads on from there and is named to the others", async () => {
      const { ada, ben, cleo, id, close } = await startGroup(world);
      await say(ada, "before", [ben, cleo], id);
      const dora = await come(world);
      await ada.screen.do({ kind: "add_members", conversationId: id, usernames: [dora.name] });
      await until("dora is in and knows the name", () => groupOn(dora, id)?.name === "Family");
      for (const one of [ada, ben, cleo, dora])
        await until("everybody knows dora", () => ranksOn(one, id)[dora.name] === "member");
      await say(dora, "hello", [ada, ben, cleo], id);
      await say(ben, "welcome", [ada, cleo, dora], id);
      expect(dora.screen.texts(id)).toEqual(["hello", "welcome"]);
      expect(changesOn(ben, id)).toContainEqual({ kind: "added", accounts: [dora.id] });
      await Promise.all([close(), dora.close()]);
    });

    test("removes somebody, who is told by whom and reads nothing more, and who may come back", async () => {
      const { ada, ben, cleo, id, close } = await startGroup(world);
      await say(ada, "all of us", [ben, cleo], id);
      await ada.screen.do({ kind: "remove_member", conversationId: id, accountId: cleo.id });
      await until("cleo is told", () => cleo.screen.conversations.get(id)?.frozenBy === "removed");
      expect(changesOn(cleo, id)).toContainEqual({ kind: "removed", accounts: [cleo.id] });
      await say(ada, "without cleo", [ben], id);
      expect(cleo.screen.texts(id)).toEqual(["all of us"]);
      await expect(cleo.screen.do({ kind: "send", conversationId: id, text: "no" })).rejects.toThrow();
      await cleo.close();
      const back = { ...cleo, screen: await startAgain(cleo.person) };
      expect(back.screen.conversations.get(id)).toMatchObject({ state: "frozen", frozenBy: "removed" });
      await ada.screen.do({ kind: "add_members", conversationId: id, usernames: [cleo.name] });
      await until("cleo is back", () => back.screen.conversations.get(id)?.state === "ready");
      await say(ben, "welcome back", [ada, back], id);
      await say(back, "glad to be", [ada, ben], id);
      expect(back.screen.texts(id)).not.toContain("without cleo");
      await Promise.all([close(), back.screen.close()]);
    });

    test("is left for good, the leaver's leaves are taken out by the others, and its owner stays", async () => {
      const { ada, ben, cleo, id, close } = await startGroup(world);
      await expect(ada.screen.do({ kind: "leave_group", conversationId: id })).rejects.toMatchObject({
        code: "group.owner_stays",
      });
      await cleo.screen.do({ kind: "leave_group", conversationId: id });
      expect(cleo.screen.conversations.get(id)).toMatchObject({ state: "frozen", frozenBy: "left" });
      await until("they know", () => ranksOn(ben, id)[cleo.name] === undefined);
      expect(changesOn(ben, id)).toContainEqual({ kind: "left" });
      await until("the leaves are out", async () => (await departuresOf(ada.person, id)) === 0, 15_000);
      expect(await epochAt(world, id)).toBeGreaterThan(1);
      await say(ada, "two of us", [ben], id);
      expect(changesOn(ben, id).filter(({ kind }) => kind === "removed")).toEqual([]);
      await ada.screen.do({ kind: "set_rank", conversationId: id, accountId: ben.id, rank: "owner" });
      await ada.screen.do({ kind: "leave_group", conversationId: id });
      await until("ben is alone", () => Object.keys(ranksOn(ben, id)).length === 1);
      expect(ranksOn(ben, id)).toEqual({ [ben.name]: "owner" });
      await close();
    });

    test("of a stranger, or of somebody blocked, is left unseen by whoever does not want it, also after a restart", async () => {
      const [ada, ben, dora] = [await come(world), await come(world), await come(world)];
      await ben.screen.do({ kind: "choose_privacy", strangersAdd: false });
      const usernames = [ben.name, dora.name];
      const id = await ada.screen.do({ kind: "found_group", name: "Offers", usernames });
      await until(
        "ben has left",
        () => ranksOn(dora, id)[ben.name] === undefined && ranksOn(dora, id)[dora.name] !== undefined,
      );
      await say(ada, "buy this", [dora], id);
      expect(ben.screen.conversations.get(id)).toBeUndefined();
      expect([...ben.screen.messages.values()].filter((one) => one.conversationId === id)).toEqual([]);
      await ben.close();
      const back = { ...ben, screen: await startAgain(ben.person) };
      expect(back.screen.conversations.get(id)).toBeUndefined();
      const direct = await back.screen.do({ kind: "write_to", username: ada.name });
      await say(back, "what was that?", [ada], direct);
      const other = await ada.screen.do({ kind: "found_group", name: "Friends", usernames: [ben.name] });
      await until("ben is in", () => groupOn(back, other)?.name === "Friends");
      await back.screen.do({ kind: "stand_to", accountId: ada.id, standing: "blocked" });
      const last = await ada.screen.do({ kind: "found_group", name: "More", usernames });
      await until(
        "ben has left that too",
        () => ranksOn(dora, last)[ben.name] === undefined && ranksOn(dora, last)[dora.name] !== undefined,
      );
      expect(back.screen.conversations.get(last)).toBeUndefined();
      await Promise.all([ada, back, dora].map(({ screen }) => screen.close()));
    });

    test("shows a picture that its owner chose, to those in it and those who come later, and the server never sees it", async () => {
      const { ada, ben, cleo, id } = await startGroup(world);
      await until("the name has come", () => groupOn(cleo, id)?.name === "Family");
      const picture = crypto.getRandomValues(new Uint8Array(9_000));
      const about = { name: "Family", description: "" };
      await ada.screen.do({ kind: "set_about", conversationId: id, ...about, picture });
      for (const one of [ada, ben, cleo])
        await until("it is there", () => pictureOn(one.screen, id)?.at(8_999) === picture[8_999]);
      expect(changesOn(ben, id)).toContainEqual({ kind: "pictured" });
      await expect(
        ben.screen.do({ kind: "set_about", conversationId: id, ...about, picture: null }),
      ).rejects.toThrow();

      const dora = await come(world);
      await ada.screen.do({ kind: "add_members", conversationId: id, usernames: [dora.name] });
      await until("dora sees it too", () => pictureOn(dora.screen, id)?.length === 9_000);
      await ada.screen.do({ kind: "set_about", conversationId: id, name: "The Family", description: "" });
      await until("the name is another", () => groupOn(ben, id)?.name === "The Family");
      expect(pictureOn(ben.screen, id)).toEqual(picture);
      await cleo.close();
      const back = await startAgain(cleo.person);
      expect(pictureOn(back, id)).toEqual(picture);

      await ada.screen.do({
        kind: "set_about",
        conversationId: id,
        name: "The Family",
        description: "",
        picture: null,
      });
      await until("it is gone", () => pictureOn(back, id) === null);
      const rows = await world.test.app.db.read.select().from(events).where(eq(events.conversationId, id));
      const needle = Buffer.from(picture.subarray(0, 32));
      expect(rows.some(({ body }) => Buffer.from(body).includes(needle))).toBe(false);
      await Promise.all([ada.close(), ben.close(), dora.close(), back.close()]);
    });

    test("is deleted by its owner for everybody, who is told by whom, and the server keeps nothing of it", async () => {
      const { ada, ben, cleo, id } = await startGroup(world);
      await say(ada, "before", [ben, cleo], id);
      await cleo.close();
      await expect(ben.screen.do({ kind: "end_group", conversationId: id })).rejects.toThrow();
      await ada.screen.do({ kind: "end_group", conversationId: id });
      await until("ben is told", () => ben.screen.conversations.get(id)?.frozenBy === "ended");
      const back = { ...cleo, screen: await startAgain(cleo.person) };
      await until("cleo is told", () => back.screen.conversations.get(id)?.frozenBy === "ended");
      for (const one of [ada, ben, back]) expect(changesOn(one, id)).toContainEqual({ kind: "ended" });
      expect(ada.screen.conversations.get(id)).toMatchObject({ state: "frozen", frozenBy: "ended" });
      expect(ben.screen.texts(id)).toEqual(["before"]);
      await expect(ben.screen.do({ kind: "send", conversationId: id, text: "no" })).rejects.toThrow();
      const kept = await world.test.app.db.read.select().from(conversations).where(eq(conversations.id, id));
      expect(kept).toEqual([]);
      await Promise.all([ada.close(), ben.close(), back.screen.close()]);
    });

    test("is left by an owner whom everybody else has left", async () => {
      const { ada, ben, cleo, id } = await startGroup(world);
      for (const one of [ben, cleo]) {
        await one.screen.do({ kind: "leave_group", conversationId: id });
        await one.close();
      }
      await until("they are out", async () => (await departuresOf(ada.person, id)) === 0);
      await until("nobody is in", () => Object.keys(ranksOn(ada, id)).length === 1);
      await until("ada is out too", async () => {
        await ada.screen.do({ kind: "leave_group", conversationId: id }).catch(() => undefined);
        return ada.screen.conversations.get(id)?.frozenBy === "left";
      });
      const kept = await world.test.app.db.read.select().from(conversations).where(eq(conversations.id, id));
      expect(kept).toEqual([]);
      await ada.close();
    });

    test("is renamed by its owner and admins, and by nobody else", async () => {
      const { ada, ben, cleo, id, close } = await startGroup(world);
      const rename = (who: Member, called: string) =>
        who.screen.do({ kind: "set_about", conversationId: id, name: called, description: "us" });
      await expect(rename(ben, "Mine")).rejects.toMatchObject({ code: "commit.not_allowed" });
      await ada.screen.do({ kind: "set_rank", conversationId: id, accountId: ben.id, rank: "admin" });
      await until("ben knows", () => ranksOn(ben, id)[ben.name] === "admin");
      await rename(ben, "The family");
      for (const one of [ada, ben, cleo])
        await until("it has the new name", () => groupOn(one, id)?.name === "The family");
      expect(changesOn(cleo, id)).toEqual([
        { kind: "ranked", account: ben.id, rank: "admin" },
        { kind: "named", name: "The family" },
      ]);
      const lawless = { kind: "set_rank", conversationId: id, accountId: cleo.id, rank: "admin" } as const;
      await expect(ben.screen.do(lawless)).rejects.toMatchObject({ code: "commit.not_allowed" });
      await close();
    });

    test("grows by everybody who was added at the same time", async () => {
      const { ada, ben, id, close } = await startGroup(world);
      await ada.screen.do({ kind: "set_rank", conversationId: id, accountId: ben.id, rank: "admin" });
      await until("ben knows", () => ranksOn(ben, id)[ben.name] === "admin");
      const [dora, emil] = [await come(world), await come(world)];
      await Promise.all([
        ada.screen.do({ kind: "add_members", conversationId: id, usernames: [dora.name] }),
        ben.screen.do({ kind: "add_members", conversationId: id, usernames: [emil.name] }),
      ]);
      for (const one of [ada, ben, dora, emil])
        await until("all five are in", () => Object.keys(ranksOn(one, id)).length === 5);
      await say(emil, "hello", [ada, ben, dora], id);
      await Promise.all([close(), dora.close(), emil.close()]);
    });

    test("is founded once when the answer was lost, by itself, and its founder hears that it waits", async () => {
      const ben = await come(world);
      const ada = await come(world, failingOnce("/api/conversations", "answer"));
      await expect(
        ada.screen.do({ kind: "found_group", name: "Family", usernames: [ben.name] }),
      ).rejects.toMatchObject({ code: "change_waits" });
      await until("both have it", () => [ada, ben].every((one) => groupsOf(one).length > 0));
      const [id] = groupsOf(ada);
      if (id === undefined) throw new Error("there is no group");
      await until("ben is in", () => groupOn(ben, id)?.name === "Family");
      await say(ben, "here we are", [ada], id);
      expect([groupsOf(ada), groupsOf(ben)]).toEqual([[id], [id]]);
      await Promise.all([ada.close(), ben.close()]);
    });

    test("is changed by itself after a request was lost, though nothing else went wrong", async () => {
      const [ben, dora] = [await come(world), await come(world)];
      const ada = await come(world, failingOnce("/commits", "request"));
      const id = await ada.screen.do({ kind: "found_group", name: "Family", usernames: [ben.name] });
      await until("ben is in", () => ben.screen.conversations.get(id)?.state === "ready");
      await expect(
        ada.screen.do({ kind: "add_members", conversationId: id, usernames: [dora.name] }),
      ).rejects.toMatchObject({ code: "change_waits" });
      expect(ada.screen.connection()).toBe("online");
      await until("dora is in", () => groupOn(dora, id)?.name === "Family");
      await until("ben knows her", () => ranksOn(ben, id)[dora.name] === "member");
      await Promise.all([ada.close(), ben.close(), dora.close()]);
    });
  });
}

/** A line on which one request of this path, or its answer, goes astray. */
function failingOnce(path: string, what: "request" | "answer"): (platform: Platform) => Platform {
  let left = 1;
  return (platform) => ({
    ...platform,
    fetch: async (url, init) => {
      const isAstray = init.method === "POST" && url.endsWith(path) && left > 0;
      if (isAstray) left -= 1;
      if (isAstray && what === "request") throw new TypeError("connection reset");
      const answer = await platform.fetch(url, init);
      if (isAstray) throw new TypeError("connection reset");
      return answer;
    },
  });
}

function groupsOf({ screen }: Member): ConversationId[] {
  return [...screen.conversations.values()].flatMap(({ id, kind }) => (kind === "group" ? [id] : []));
}

function pictureOn(screen: Screen, id: ConversationId): Uint8Array | null | undefined {
  return screen.patches
    .flatMap((patch) => (patch.kind === "profiles" ? (patch.pictures ?? []) : []))
    .findLast(({ conversationId }) => conversationId === id)?.picture;
}

function markOn({ screen }: Member, text: string) {
  return [...screen.messages.values()].find(({ body }) => body.kind === "text" && body.text === text)?.mark;
}

async function departuresOf(person: Headless, id: ConversationId): Promise<number | undefined> {
  return (await (await storedBy(person)).read("conversations", id))?.departures.length;
}
