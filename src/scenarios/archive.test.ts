import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { and, eq } from "drizzle-orm";
import type { DeviceState, MessageView } from "../../web/delivery/patches.ts";
import type { Headless } from "../../web/headless.ts";
import { archiveRows } from "../db/tables.ts";
import { listArchives } from "../protocol/archive.ts";
import type { ConversationId, MessageId } from "../protocol/ids.ts";
import { readAll, type Screen, until, watch } from "./person.ts";
import { type World, worlds } from "./world.ts";

setDefaultTimeout(120_000);

interface Somebody extends Headless {
  readonly screen: Screen;
}

const MANY = 250;

for (const { name, open } of worlds())
  describe(`the archive of one person's devices on ${name}`, () => {
    let world: World;
    const opened: Headless[] = [];
    beforeAll(async () => {
      world = await open();
    });
    afterAll(async () => {
      await Promise.all(opened.map((one) => one.close()));
      await world.stop();
    });

    const person = async (how: Parameters<World["person"]>[0] = {}): Promise<Somebody> => {
      const headless = await world.person(how);
      opened.push(headless);
      const screen = watch(headless.messenger);
      await until("the device is known", () => screen.device() !== "starting");
      return { ...headless, screen };
    };
    const link = async (from: Somebody): Promise<Somebody> => {
      const browser = await person({ again: from.me.username });
      await browser.screen.do({ kind: "link_here" });
      let code = "";
      await until("a code is shown", () => {
        const state = stateOf(browser);
        if (state?.kind === "elsewhere") code = state.link?.code ?? "";
        return code !== "";
      });
      await from.screen.do({ kind: "link_another", code });
      await until("the new device is ready", () => browser.screen.device() === "ready");
      return browser;
    };
    const isIn = (who: Somebody, id: ConversationId) =>
      until("it is in", () => who.screen.conversations.get(id)?.state === "ready", 60_000);
    const say = (by: Somebody, conversationId: ConversationId, text: string) =>
      by.screen.do({ kind: "send", conversationId, text });
    const hears = (who: Somebody, id: ConversationId, text: string) =>
      until(
        `${text} is heard`,
        async () => who.screen.conversations.has(id) && (await readAll(who.screen, id)).includes(text),
        60_000,
      );
    const setTimer = async (by: Somebody, conversationId: ConversationId, seconds: number | null) => {
      await by.screen.do({ kind: "set_timer", conversationId, seconds });
      const now = () => by.screen.conversations.get(conversationId)?.timer ?? null;
      await until("the timer has come back", () => now() === seconds);
    };
    const talk = async (): Promise<{ ada: Somebody; ben: Somebody; id: ConversationId }> => {
      const ada = await person();
      const ben = await person();
      const id = await ada.screen.do({ kind: "write_to", username: ben.me.username });
      await isIn(ben, id);
      return { ada, ben, id };
    };
    const rowsOf = (who: Somebody, id: ConversationId) =>
      world.test.app.db.read
        .select()
        .from(archiveRows)
        .where(and(eq(archiveRows.accountId, who.me.accountId), eq(archiveRows.conversationId, id)))
        .orderBy(archiveRows.sequence);
    const reachOf = async (who: Somebody, id: ConversationId) => {
      const { archives } = await who.call(listArchives, {});
      return archives.find(({ conversationId }) => conversationId === id)?.upTo ?? 0;
    };
    const placeOf = (who: Somebody, text: string): MessageView => {
      const found = [...who.screen.messages.values()].find(
        ({ body }) => body.kind === "text" && body.text === text,
      );
      if (!found) throw new Error(`${text} is not there`);
      return found;
    };
    /** Also what is done about it: each change has a place behind it. */
    const isArchived = async (who: Somebody, id: ConversationId, places: number) =>
      until("it is in the archive", async () => (await rowsOf(who, id)).length >= places, 60_000);

    test("a linked device and a recovered one scroll back to the beginning, as it ended", async () => {
      const { ada, ben, id } = await talk();
      const said: MessageId[] = [];
      for (let count = 1; count <= MANY; count += 1) said.push(await say(ada, id, `word ${count}`));
      await hears(ben, id, `word ${MANY}`);
      await hears(ada, id, `word ${MANY}`);
      const [one, other, third] = said;
      if (!one || !other || !third) throw new Error("nothing was said");
      await isArchived(ada, id, MANY);
      expect(await rowsOf(ada, id)).toHaveLength(MANY);
      await ada.screen.do({ kind: "edit", messageId: one, text: "another word" });
      await ada.screen.do({ kind: "delete", messageId: other, forAll: true });
      await ben.screen.do({ kind: "react", messageId: third, emoji: "👍" });
      await ben.screen.do({ kind: "react", messageId: third, emoji: "🎉" });
      await setTimer(ada, id, 3600);
      await say(ada, id, "for an hour");
      await setTimer(ada, id, null);
      await say(ada, id, "the end");
      await until(
        "what was changed is in the archive",
        async () => {
          const rows = await rowsOf(ada, id);
          const changed = rows.filter(({ sequence, version }) => version > sequence);
          return changed.length === 3 && rows.length === MANY + 3;
        },
        60_000,
      );
      const rows = await rowsOf(ada, id);
      expect(rows.filter(({ sealed }) => sealed === null)).toHaveLength(1);
      const stored = rows.map(({ sealed }) => Buffer.from(sealed ?? new Uint8Array()).toString("latin1"));
      for (const text of ["word", "the end", "for an hour", "🎉"])
        expect(stored.join().includes(Buffer.from(text).toString("latin1"))).toBe(false);

      const phone = await link(ada);
      await isIn(phone, id);
      const expected = ["another word", ...said.slice(2).map((_, index) => `word ${index + 3}`), "the end"];
      expect(await readAll(phone.screen, id)).toEqual(expected);
      expect(placeOf(phone, "another word").earlier).toMatchObject([{ text: "word 1" }]);
      expect(placeOf(phone, "word 3").reactions).toMatchObject([
        { accountId: ben.me.accountId, emoji: "🎉" },
      ]);
      const found = await phone.screen.do({ kind: "search", text: "word 17" });
      expect(found.hits.map(({ text }) => text)).toContain("word 17");

      const words = await ada.screen.do({ kind: "show_words" });
      await ada.screen.do({ kind: "confirm_words" });
      await Promise.all([ada.close(), phone.close()]);
      const fresh = await person({ again: ada.me.username });
      await fresh.screen.do({ kind: "recover", words });
      await until("the browser is ready", () => fresh.screen.device() === "ready");
      await isIn(fresh, id);
      expect(await readAll(fresh.screen, id)).toEqual(expected);
      await say(ben, id, "welcome back");
      await hears(fresh, id, "welcome back");
      expect(fresh.screen.conversations.get(id)?.doubt).toBeUndefined();
    });

    test("what two devices have both is in the archive once, and a change of what was before reaches the new one", async () => {
      const { ada, ben, id } = await talk();
      const first = await say(ben, id, "before the phone");
      await hears(ada, id, "before the phone");
      await isArchived(ada, id, 1);
      const phone = await link(ada);
      await isIn(phone, id);
      for (const text of ["one", "two", "three"]) await say(ben, id, text);
      await ben.screen.do({ kind: "edit", messageId: first, text: "changed since" });
      await hears(ada, id, "changed since");
      expect(await readAll(phone.screen, id)).toEqual(["changed since", "one", "two", "three"]);
      await isArchived(ada, id, 4);
      await phone.screen.do({ kind: "send", conversationId: id, text: "from the phone" });
      await isArchived(ada, id, 5);
      await until(
        "all of it is told to be there",
        async () => {
          const rows = await rowsOf(ada, id);
          return (await reachOf(ada, id)) >= (rows.at(-1)?.sequence ?? 0);
        },
        30_000,
      );
      const rows = await rowsOf(ada, id);
      expect(rows).toHaveLength(5);
      expect(new Set(rows.map(({ sequence }) => sequence)).size).toBe(5);
    });

    test("switched off, nothing is uploaded; deleted, nothing is left, and nothing comes again", async () => {
      const { ada, ben, id } = await talk();
      await ada.screen.do({ kind: "keep_archive", conversationId: null, on: false });
      expect(await ada.screen.do({ kind: "read_privacy" })).toMatchObject({ archive: false });
      await say(ada, id, "kept here alone");
      await hears(ben, id, "kept here alone");
      await isArchived(ben, id, 1);
      expect(await rowsOf(ada, id)).toEqual([]);
      await ada.screen.do({ kind: "keep_archive", conversationId: null, on: true });
      await isArchived(ada, id, 1);
      await ada.screen.do({ kind: "drop_archive", conversationId: id });
      expect(ada.screen.conversations.get(id)?.shelf).toMatchObject({ unkept: true });
      const other = await ada.screen.do({ kind: "write_to_self" });
      await say(ada, id, "not kept either");
      await say(ada, other, "kept of another");
      await isArchived(ada, other, 1);
      expect(await rowsOf(ada, id)).toEqual([]);
      expect((await ada.screen.do({ kind: "read_archive" })).bytes).toBeGreaterThan(0);
      await ada.screen.do({ kind: "drop_archive", conversationId: null });
      expect(await ada.screen.do({ kind: "read_archive" })).toEqual({ bytes: 0, isFull: false });
    });

    test("rows that were swapped, forged or left out are counted, and keep no other from being read", async () => {
      const { ada, ben, id } = await talk();
      for (let count = 1; count <= 8; count += 1) await say(ada, id, `line ${count}`);
      await hears(ben, id, "line 8");
      await isArchived(ada, id, 8);
      const rows = await rowsOf(ada, id);
      const [, two, three, , five, , seven] = rows;
      if (!two || !three || !five || !seven) throw new Error("rows are missing");
      const { db } = world.test.app;
      const at = (sequence: number) =>
        and(
          eq(archiveRows.accountId, ada.me.accountId),
          eq(archiveRows.conversationId, id),
          eq(archiveRows.sequence, sequence),
        );
      await db.write(async (tx) => {
        await tx.update(archiveRows).set({ sealed: three.sealed }).where(at(two.sequence));
        await tx.update(archiveRows).set({ sealed: two.sealed }).where(at(three.sequence));
        await tx
          .update(archiveRows)
          .set({ version: five.version + 9 })
          .where(at(five.sequence));
        await tx.delete(archiveRows).where(at(seven.sequence));
        await tx.insert(archiveRows).values({ ...seven, sequence: 0, sealed: new Uint8Array(90).fill(7) });
      });
      const phone = await link(ada);
      await isIn(phone, id);
      expect(await readAll(phone.screen, id)).toEqual(["line 1", "line 4", "line 6", "(gap)", "line 8"]);
      const gap = [...phone.screen.messages.values()].find(({ body }) => body.kind === "gap");
      expect(gap?.body).toEqual({ kind: "gap", count: 5 });
    });

    test("of whoever only asks nothing is kept before they are accepted", async () => {
      const ada = await person();
      const headless = await world.person();
      opened.push(headless);
      const ben = { ...headless, screen: watch(headless.messenger, { accepts: false }) };
      await until("the device is known", () => ben.screen.device() === "ready");
      const id = await ada.screen.do({ kind: "write_to", username: ben.me.username });
      await say(ada, id, "may I ask?");
      await until("it is asked", () => ben.screen.conversations.get(id)?.standing === "asking");
      await isArchived(ada, id, 1);
      expect(await rowsOf(ben, id)).toEqual([]);
      await ben.screen.do({ kind: "stand_to", accountId: ada.me.accountId, standing: "accepted" });
      await say(ada, id, "thank you");
      await isArchived(ben, id, 2);
    });
  });

function stateOf({ screen }: Somebody): DeviceState | undefined {
  const patch = screen.patches.findLast(({ kind }) => kind === "device");
  return patch?.kind === "device" ? patch.device : undefined;
}
