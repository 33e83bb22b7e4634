import { afterAll, afterEach, beforeAll, describe, expect, spyOn, test } from "bun:test";
import type { Platform } from "../../web/delivery/platform/platform.ts";
import type { Headless } from "../../web/headless.ts";
import { storeRows } from "../db/tables.ts";
import { decodeBinary, encodeBinary } from "../protocol/codec.ts";
import type { ConversationId } from "../protocol/ids.ts";
import { cable } from "./cable.ts";
import { readAll, type Screen, until, watch } from "./person.ts";
import { storedBy } from "./talking.ts";
import { type World, worlds } from "./world.ts";

interface Somebody extends Headless {
  readonly screen: Screen;
}

/** A second or two, on a machine that does much else. */
const SOON = 5_000;

for (const { name, open } of worlds())
  describe(`what one person's devices share on ${name}`, () => {
    let world: World;
    const opened: Headless[] = [];
    beforeAll(async () => {
      world = await open();
    });
    afterEach(() => Promise.all(opened.splice(0).map((one) => one.close())));
    afterAll(() => world.stop());

    const person = async (how: Parameters<World["person"]>[0] = {}): Promise<Somebody> => {
      const headless = await world.person(how);
      opened.push(headless);
      const screen = watch(headless.messenger, { accepts: how.again === undefined });
      await until("the device is known", () => screen.device() !== "starting");
      return { ...headless, screen };
    };
    const link = async (from: Somebody, browser: Somebody) => {
      let code: string | undefined;
      await browser.screen.do({ kind: "link_here" });
      await until("a code is shown", () => {
        const patch = browser.screen.patches.findLast(({ kind }) => kind === "device");
        if (patch?.kind === "device" && patch.device.kind === "elsewhere") code = patch.device.link?.code;
        return code !== undefined;
      });
      await from.screen.do({ kind: "link_another", code: code ?? "" });
      await until("the new device is ready", () => browser.screen.device() === "ready");
    };
    const linked = async (
      from: Somebody,
      id: ConversationId,
      how: { through?: (p: Platform) => Platform } = {},
    ) => {
      const browser = await person({ again: from.me.username, ...how });
      await link(from, browser);
      await until("it is in", () => browser.screen.conversations.get(id)?.state === "ready");
      return browser;
    };
    const say = (by: Somebody, conversationId: ConversationId, text: string) =>
      by.screen.do({ kind: "send", conversationId, text });
    const hears = (who: Somebody, id: ConversationId, text: string) =>
      until(
        `${text} is heard`,
        async () => who.screen.conversations.has(id) && (await readAll(who.screen, id)).includes(text),
      );
    const pair = async () => {
      const ada = await person();
      const ben = await person();
      const id = await ada.screen.do({ kind: "write_to", username: ben.me.username });
      await say(ada, id, "hello");
      await hears(ben, id, "hello");
      return { ada, ben, id };
    };
    const draftOf = (who: Somebody, conversationId: ConversationId) =>
      who.screen.do({ kind: "read_draft", conversationId });
    const viewOf = (who: Somebody, id: ConversationId) => who.screen.conversations.get(id);

    test("a draft, a nickname, a verified mark, a block, a place in the list, what was read and what others may see follow, both ways", async () => {
      const { ada, ben, id } = await pair();
      await ada.screen.do({ kind: "nickname", accountId: ben.me.accountId, nickname: "Benny" });
      const phone = await linked(ada, id);
      await until(
        "what was called so before is called so",
        () => viewOf(phone, id)?.peer?.nickname === "Benny",
      );

      const accountId = ben.me.accountId;
      const marked = async (on: typeof ada) =>
        (await on.screen.do({ kind: "read_safety", accountId })).isVerified;
      const { digits } = await ada.screen.do({ kind: "read_safety", accountId });
      await ada.screen.do({ kind: "verify", accountId, digits });
      await until("he is verified there too", () => marked(phone), SOON);
      await phone.screen.do({ kind: "verify", accountId, digits: undefined });
      await until("the mark is taken back here too", async () => !(await marked(ada)), SOON);

      await ada.screen.do({ kind: "draft", conversationId: id, text: "dear Ben" });
      await until("the draft is there", async () => (await draftOf(phone, id)) === "dear Ben", SOON);
      await until("the box is told", () =>
        phone.screen.patches.some(
          (patch) =>
            patch.kind === "drafts" &&
            Bun.deepEquals(patch.drafts, [{ conversationId: id, text: "dear Ben" }]),
        ),
      );
      await phone.screen.do({ kind: "draft", conversationId: id, text: "" });
      await until("the draft is gone", async () => (await draftOf(ada, id)) === "", SOON);

      const shelved = { muted: true, pinned: true, folders: ["Work"] };
      await phone.screen.do({ kind: "shelve", conversationId: id, ...shelved });
      await until("it is put in its place", () => viewOf(ada, id)?.shelf?.folders?.[0] === "Work", SOON);
      expect(viewOf(ada, id)?.shelf).toMatchObject(shelved);
      await ada.screen.do({ kind: "shelve", conversationId: id, pinned: false });
      await until("it is taken down", () => viewOf(phone, id)?.shelf?.pinned === false, SOON);
      expect(viewOf(phone, id)?.shelf).toMatchObject({ muted: true, folders: ["Work"] });

      await ada.screen.do({ kind: "choose_privacy", typing: false });
      const privacy = () => phone.screen.do({ kind: "read_privacy" });
      await until("what others may see is chosen", async () => !(await privacy()).typing, SOON);

      await say(ben, id, "one");
      await say(ben, id, "two");
      for (const who of [ada, phone]) await until("both are unread", () => viewOf(who, id)?.unread === 2);
      const upTo = viewOf(phone, id)?.last?.sequence ?? 0;
      await phone.screen.do({ kind: "seen", conversationId: id, upTo });
      await until("it is read", () => viewOf(ada, id)?.unread === 0, SOON);
      expect(viewOf(ada, id)?.readUpTo).toBe(upTo);

      await phone.screen.do({ kind: "stand_to", accountId: ben.me.accountId, standing: "blocked" });
      await until("he is blocked", () => viewOf(ada, id)?.standing === "blocked", SOON);
      const tablet = await linked(ada, id);
      await until("he is blocked there from the first", () => viewOf(tablet, id)?.standing === "blocked");
      expect(viewOf(ada, id)?.standing).toBe("blocked");
      await tablet.screen.do({ kind: "stand_to", accountId: ben.me.accountId, standing: "accepted" });
      await until("he is let in again", () => viewOf(ada, id)?.standing === undefined, SOON);
    });

    test("a device that comes marks nothing as read that was not", async () => {
      const { ada, ben, id } = await pair();
      await say(ben, id, "unread");
      await until("it is unread", () => viewOf(ada, id)?.unread === 1);
      const phone = await linked(ada, id);
      await phone.screen.do({ kind: "shelve", conversationId: id, muted: true });
      await until("it is muted", () => viewOf(ada, id)?.shelf?.muted === true);
      expect(viewOf(ada, id)?.unread).toBe(1);
    });

    test("a public channel that was joined or left on one device is so on the others, in the same place", async () => {
      const { ada, ben, id } = await pair();
      const phone = await linked(ada, id);
      const about = { title: "News", description: "", comments: false };
      const news = await ben.screen.do({
        kind: "create_channel",
        handle: `news_${ben.me.username}`,
        ...about,
      });
      await ada.screen.do({ kind: "join_channel", handle: `news_${ben.me.username}` });
      await ada.screen.do({ kind: "shelve", conversationId: news, muted: true });
      await until("it is joined", () => viewOf(phone, news)?.shelf?.muted === true);
      await phone.screen.do({ kind: "leave_channel", conversationId: news });
      await until("it is left", () =>
        ada.screen.patches.some((patch) => patch.kind === "forgotten" && patch.conversationId === news),
      );
    });

    test("two devices that were away change the same and different things, and end up alike", async () => {
      const { ada, ben, id } = await pair();
      const wire = cable();
      const phone = await linked(ada, id, { through: wire.through });
      await until("all is shared", () => isSettled(ada));
      wire.cut();
      await until("the phone is away", () => phone.screen.connection() === "offline");
      await phone.screen.do({ kind: "draft", conversationId: id, text: "the longer of both" });
      await phone.screen.do({ kind: "shelve", conversationId: id, muted: true, marked: true });
      await phone.screen.do({ kind: "stand_to", accountId: ben.me.accountId, standing: "blocked" });
      await phone.screen.do({ kind: "nickname", accountId: ben.me.accountId, nickname: "By the phone" });
      await ada.screen.do({ kind: "draft", conversationId: id, text: "shorter" });
      await ada.screen.do({ kind: "shelve", conversationId: id, pinned: true });
      await ada.screen.do({ kind: "nickname", accountId: ben.me.accountId, nickname: "At the desk" });
      await until("one half is shared", () => isSettled(ada));
      wire.mend();
      await phone.screen.do({ kind: "reconnect" });
      await until("both are alike", async () => {
        const [one, other] = [viewOf(ada, id), viewOf(phone, id)];
        return (
          JSON.stringify(one?.shelf) === JSON.stringify(other?.shelf) &&
          one?.standing === "blocked" &&
          other?.standing === "blocked" &&
          (await draftOf(ada, id)) === (await draftOf(phone, id)) &&
          (await isSettled(ada)) &&
          (await isSettled(phone))
        );
      });
      expect(viewOf(ada, id)?.shelf).toMatchObject({ muted: true, pinned: true, marked: true });
      expect(await draftOf(ada, id)).toBe("the longer of both");
      const called = viewOf(ada, id)?.peer?.nickname;
      expect(called).toBeOneOf(["By the phone", "At the desk"]);
      expect(viewOf(phone, id)?.peer?.nickname).toBe(called);
    });

    test("a browser that came back with the words knows nicknames, blocks, the names of groups and whom it met", async () => {
      const { ada, ben, id } = await pair();
      const cem = await person();
      const other = await ada.screen.do({ kind: "write_to", username: cem.me.username });
      await say(ada, other, "hello");
      await hears(cem, other, "hello");
      const group = await ben.screen.do({
        kind: "found_group",
        name: "Reading",
        usernames: [ada.me.username],
      });
      await until("ada knows the group", () => viewOf(ada, group)?.group?.name === "Reading");
      await ada.screen.do({ kind: "nickname", accountId: ben.me.accountId, nickname: "Benny" });
      await ada.screen.do({ kind: "stand_to", accountId: cem.me.accountId, standing: "blocked" });
      const words = await ada.screen.do({ kind: "show_words" });
      await ada.screen.do({ kind: "confirm_words" });
      await until("all is shared", () => isSettled(ada));
      const before = await (await storedBy(ada)).read("pins", ben.me.accountId);
      await ada.close();
      const fresh = await person({ again: ada.me.username });
      await fresh.screen.do({ kind: "recover", words });
      await until("it is in all", () =>
        [id, other, group].every((one) => viewOf(fresh, one)?.state === "ready"),
      );
      expect(viewOf(fresh, id)?.peer?.nickname).toBe("Benny");
      expect(viewOf(fresh, other)?.standing).toBe("blocked");
      expect(viewOf(fresh, group)?.group?.name).toBe("Reading");
      expect(await (await storedBy(fresh)).read("pins", ben.me.accountId)).toEqual(before);
    });

    test("the server's database holds none of the typed words", async () => {
      const { ada, ben, id } = await pair();
      await ada.screen.do({ kind: "draft", conversationId: id, text: "a pomegranate for you" });
      await ada.screen.do({ kind: "nickname", accountId: ben.me.accountId, nickname: "Pomegranate" });
      await ada.screen.do({ kind: "shelve", conversationId: id, folders: ["Pomegranates"] });
      await until("all is shared", () => isSettled(ada));
      const rows = await world.test.app.db.read.select().from(storeRows);
      expect(rows.length).toBeGreaterThan(3);
      for (const { sealed, id: row } of rows) {
        const text = Buffer.from(sealed ?? new Uint8Array())
          .toString("latin1")
          .toLowerCase();
        expect(text).not.toContain("pomegranate");
        expect(`${text} ${row}`).not.toContain(id.toLowerCase());
        expect(text).not.toContain("drafts");
      }
    });

    test("a server that replays, swaps, spoils or denies rows is not believed, and nothing is lost by it", async () => {
      const warned = spyOn(console, "warn").mockImplementation(() => undefined);
      const { ada, ben, id } = await pair();
      const lies = liar();
      const phone = await linked(ada, id, { through: lies.through });
      await ada.screen.do({ kind: "draft", conversationId: id, text: "first" });
      await until("the first is there", async () => (await draftOf(phone, id)) === "first");
      await ada.screen.do({ kind: "draft", conversationId: id, text: "second" });
      await ada.screen.do({ kind: "nickname", accountId: ben.me.accountId, nickname: "Benny" });
      await until("the second is there", async () => (await draftOf(phone, id)) === "second");
      await until("he is called so", () => viewOf(phone, id)?.peer?.nickname === "Benny");
      warned.mockClear();
      for (const lie of ["replays", "swaps", "spoils", "denies"] as const) {
        const before = lies.told();
        lies.begin(lie);
        await ada.screen.do({ kind: "shelve", conversationId: id, folders: [lie] });
        await until(`the server ${lie}`, () => lies.told() > before);
        lies.begin("nothing");
        await ada.screen.do({ kind: "shelve", conversationId: id, folders: [`${lie} no more`] });
        await until(
          "the truth comes through",
          () => viewOf(phone, id)?.shelf?.folders?.[0] === `${lie} no more`,
        );
        expect(await draftOf(phone, id)).toBe("second");
        expect(viewOf(phone, id)?.peer?.nickname).toBe("Benny");
        expect(phone.screen.device()).toBe("ready");
      }
      expect(await draftOf(ada, id)).toBe("second");
      await say(phone, id, "still here");
      await hears(ben, id, "still here");
      expect(warned.mock.calls.length).toBe(1);
      warned.mockRestore();
    });
  });

/** Nothing waits to be told to the others. */
async function isSettled(who: Somebody): Promise<boolean> {
  const vault = await storedBy(who);
  const due = await vault.list("shared_due", { from: "", to: "\uffff", limit: 10 });
  return due.length === 0 && (await vault.read("shared_cursor", "own"))?.whole === true;
}

type Lie = "nothing" | "replays" | "swaps" | "spoils" | "denies";
interface Row {
  readonly id: string;
  readonly version: number;
  readonly sealed: Uint8Array | null;
}

/** Between a device and what the server keeps for the account. */
function liar() {
  let lie: Lie = "nothing";
  let told = 0;
  const seen: Row[] = [];
  const through = (platform: Platform): Platform => ({
    ...platform,
    fetch: async (url, init) => {
      const answer = await platform.fetch(url, init);
      if (!url.includes("/api/account-store") || init.method !== "GET" || !answer.ok) return answer;
      const page = decodeBinary(new Uint8Array(await answer.arrayBuffer())) as { rows: Row[] };
      if (lie === "nothing") seen.push(...page.rows);
      const rows = page.rows.length === 0 ? page.rows : lied(lie, page.rows, seen);
      if (lie !== "nothing" && page.rows.length > 0) told += 1;
      return new Response(encodeBinary({ ...page, rows }), { headers: answer.headers });
    },
  });
  const begin = (next: Lie) => {
    lie = next;
  };
  return { through, begin, told: () => told };
}

function lied(lie: Lie, rows: readonly Row[], seen: readonly Row[]): readonly Row[] {
  if (lie === "replays") return seen;
  if (lie === "swaps")
    return rows.map((row) => ({ ...row, sealed: seen.find(({ id }) => id !== row.id)?.sealed ?? null }));
  if (lie === "spoils")
    return rows.map((row) => ({ ...row, sealed: crypto.getRandomValues(new Uint8Array(200)) }));
  if (lie === "denies")
    return [...seen, ...rows].map((row) => ({ ...row, version: row.version + 50, sealed: null }));
  return rows;
}
