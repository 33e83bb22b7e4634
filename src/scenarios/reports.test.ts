import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { eq } from "drizzle-orm";
import type { Platform } from "../../web/delivery/platform/platform.ts";
import type { Headless } from "../../web/headless.ts";
import { between, placed } from "../../web/storage/key.ts";
import { accounts, reports } from "../db/tables.ts";
import { decodeBinary, encodeBinary } from "../protocol/codec.ts";
import type { SendMessage } from "../protocol/delivery.ts";
import { type ConversationId, type MessageId, newId, type ReportId } from "../protocol/ids.ts";
import { listReports, sendReport, showReport } from "../protocol/reports.ts";
import { come, type Member, say, startGroup } from "./grouping.ts";
import { readAll, type Screen, until } from "./person.ts";
import { startAgain, startTalking, storedBy, tell } from "./talking.ts";
import { type World, worlds } from "./world.ts";

setDefaultTimeout(60_000);

for (const { name, open } of worlds()) {
  describe(`reporting somebody on ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    test("a report shows a moderator what was written, and whoever wrote it is blocked and not told", async () => {
      const { alice, bob, id, alicePerson, bobPerson } = await startTalking(world);
      await tell(alice, bob, id, "hello");
      await tell(alice, bob, id, "I know where you live");
      const known = alice.patches.length;
      const shown = await bob.do({
        kind: "reportable",
        conversationId: id,
        accountId: alicePerson.me.accountId,
      });
      expect(shown).toMatchObject([
        { text: "hello", files: 0, provable: true },
        { text: "I know where you live", provable: true },
      ]);
      const reportId = await report(bob, alicePerson, [shown[1]?.id], { block: true });
      const { output } = await asModerator(world, reportId);
      expect(output.report).toMatchObject({
        reporter: { username: bobPerson.me.username },
        reported: { username: alicePerson.me.username },
        reason: "threats",
        comment: "at night",
      });
      expect(output.evidence).toMatchObject([{ kind: "text", text: "I know where you live" }]);
      expect(bob.conversations.get(id)?.standing).toBe("blocked");
      const unheard = await alice.do({ kind: "send", conversationId: id, text: "unheard" });
      await until("it looks as ever", () => alice.messages.get(unheard)?.mark === "delivered");
      expect(await readAll(bob, id)).toEqual(["hello", "I know where you live"]);
      const told = alice.patches.slice(known).map(({ kind }) => kind);
      expect(told.every((kind) => kind === "messages" || kind === "conversations")).toBe(true);
      await Promise.all([alice.close(), bob.close()]);
    });

    test("a changed message is shown as it was changed, also over a restart", async () => {
      const { alice, bob, id, alicePerson, bobPerson } = await startTalking(world);
      await tell(alice, bob, id, "good morning");
      const [messageId] = [...alice.messages.values()]
        .filter(({ body }) => body.kind === "text")
        .map((one) => one.id);
      await alice.do({ kind: "edit", messageId: messageId as MessageId, text: "pay me or else" });
      await until("bob sees the change", () => bob.texts(id).includes("pay me or else"));
      await bob.close();
      const back = await startAgain(bobPerson);
      const reportId = await report(back, alicePerson, [messageId]);
      const { output } = await asModerator(world, reportId);
      expect(output.evidence).toMatchObject([{ kind: "edit", text: "pay me or else" }]);
      await Promise.all([alice.close(), back.close()]);
    });

    test("what opens somebody's profile is not disclosed with their message", async () => {
      const { alice, bob, id, alicePerson } = await startTalking(world);
      await alice.do({ kind: "set_profile", name: "Alice in private", bio: "" });
      await tell(alice, bob, id, "with a profile");
      const key = (await (await storedBy(alicePerson)).read("profiles", alicePerson.me.accountId))?.key;
      await until("bob sees her name", () =>
        bob.patches.some(
          (patch) => patch.kind === "profiles" && patch.profiles.some((one) => one.name !== ""),
        ),
      );
      const [shown] = await bob.do({
        kind: "reportable",
        conversationId: id,
        accountId: alicePerson.me.accountId,
      });
      const reportId = await report(bob, alicePerson, [shown?.id]);
      const [row] = await world.test.app.db.read.select().from(reports).where(eq(reports.id, reportId));
      const stored = Buffer.from(row?.evidence ?? []);
      expect(key).toHaveLength(32);
      expect(stored.includes("with a profile")).toBe(true);
      expect(stored.includes(Buffer.from(key ?? [0]))).toBe(false);
      await Promise.all([alice.close(), bob.close()]);
    });

    test("a reporter who changes words, or says that somebody else wrote them, is refused", async () => {
      const { alice, bob, id, alicePerson, bobPerson } = await startTalking(world);
      const cleo = await come(world);
      await tell(alice, bob, id, "I like you");
      const franking = await frankingOf(bobPerson, id, "I like you");
      const honest = { conversationId: id, ...franking };
      const lie = encodeBinary({ version: 1, kind: "text", text: "I hate you" });
      const send = (accountId: Member["id"], shown: typeof honest) =>
        bobPerson.call(sendReport, {
          reportId: newId<ReportId>(),
          accountId,
          reason: "threats",
          comment: "",
          messages: [shown],
        });
      const { accountId } = alicePerson.me;
      await expect(send(accountId, { ...honest, content: lie })).rejects.toMatchObject({
        code: "report.not_proven",
      });
      await expect(send(cleo.id, honest)).rejects.toMatchObject({ code: "report.not_proven" });
      expect(await send(accountId, honest)).toEqual({});
      await Promise.all([alice.close(), bob.close(), cleo.close()]);
    });

    test.each([
      ["another tag", new Uint8Array(32).fill(7)],
      ["no tag", undefined],
    ] as const)("a sender who hides behind %s is not read, and it is said", async (_how, frankingTag) => {
      let hides = false;
      const through = (platform: Platform) =>
        sending(platform, (message) => (hides ? { ...message, frankingTag } : message));
      const { alice, bob, id } = await startTalking(world, { through });
      await tell(alice, bob, id, "can be reported");
      hides = true;
      await alice.do({ kind: "send", conversationId: id, text: "cannot be reported" });
      await until("something came", () => bob.texts(id).length === 2);
      expect(bob.texts(id)).toEqual(["can be reported", "(not_decrypted)"]);
      await until("bob is told", () => bob.conversations.get(id)?.doubt === "history_differs");
      await Promise.all([alice.close(), bob.close()]);
    });

    test("in a group only the one who is reported is shown, nearest to the message that it is about", async () => {
      const { ada, ben, cleo, id, close } = await startGroup(world);
      for (let number = 1; number <= 24; number += 1) await say(ben, `ben ${number}`, [cleo], id);
      await say(ada, "stop it", [cleo], id);
      await say(ben, "ben again", [cleo], id);
      const messages = [...cleo.screen.messages.values()];
      const first = messages.find(({ body }) => body.kind === "text" && body.text === "ben 1");
      const wish = { kind: "reportable", conversationId: id, accountId: ben.id } as const;
      const around = await cleo.screen.do({ ...wish, around: first?.id });
      expect(around.map(({ text }) => text)).toEqual(
        Array.from({ length: 20 }, (_, index) => `ben ${index + 1}`),
      );
      const newest = await cleo.screen.do(wish);
      expect(newest.map(({ text }) => text).slice(-2)).toEqual(["ben 24", "ben again"]);
      const reportId = await report(
        cleo.screen,
        ben.person,
        newest.map((one) => one.id),
      );
      expect((await asModerator(world, reportId)).output.evidence).toHaveLength(20);
      await close();
    });

    test("what was taken back, or came without a proof, cannot be shown", async () => {
      const { alice, bob, id, alicePerson, bobPerson } = await startTalking(world);
      await tell(alice, bob, id, "taken back");
      await tell(alice, bob, id, "from before");
      const [gone, old] = [...alice.messages.values()].filter(({ body }) => body.kind === "text");
      await alice.do({ kind: "delete", messageId: gone?.id as MessageId, forAll: true });
      await until("it is gone", () => bob.texts(id).includes("(deleted)"));
      await bob.close();
      const vault = await storedBy(bobPerson);
      await vault.change(async (change) => {
        const place = placed(id, old?.sequence ?? 0);
        const message = await change.read("messages", place);
        if (!message) throw new Error("it is not there");
        const { franking: _, ...without } = message;
        change.put("messages", place, without);
      });
      const back = await startAgain(bobPerson);
      const accountId = alicePerson.me.accountId;
      const shown = await back.do({ kind: "reportable", conversationId: id, accountId });
      expect(shown).toMatchObject([{ text: "from before", provable: false }]);
      for (const message of [gone, old])
        await expect(report(back, alicePerson, [message?.id])).rejects.toMatchObject({
          code: "report.not_proven",
        });
      const wordsAlone = await report(back, alicePerson, []);
      expect((await asModerator(world, wordsAlone)).output.evidence).toEqual([]);
      await Promise.all([alice.close(), back.close()]);
    });

    test("of somebody who is declined neither words nor proofs stay, of what a message said before neither", async () => {
      const { alice, bob, id, alicePerson, bobPerson } = await startTalking(world);
      await tell(alice, bob, id, "said first");
      const messageId = [...alice.messages.values()].find(({ body }) => body.kind === "text")?.id;
      await alice.do({ kind: "edit", messageId: messageId as MessageId, text: "said then" });
      await until("bob sees the change", () => bob.texts(id).includes("said then"));
      const stored = async () =>
        (await storedBy(bobPerson)).list("messages", { ...between(id, 0), limit: 100 });
      const written = (await stored()).find(({ value }) => value.messageId === messageId)?.value;
      expect(written?.franking?.key).toHaveLength(32);
      expect(written?.earlier).toMatchObject([{ text: "said first" }]);
      await bob.do({ kind: "stand_to", accountId: alicePerson.me.accountId, standing: "declined" });
      const left = (await stored()).find(({ value }) => value.messageId === messageId)?.value;
      expect(left?.body).toEqual({ kind: "blocked" });
      expect([left?.franking, left?.earlier]).toEqual([undefined, undefined]);
      await Promise.all([alice.close(), bob.close()]);
    });

    test("nobody but moderators reads any of it", async () => {
      const { alice, bob, alicePerson, bobPerson } = await startTalking(world);
      const reportId = await report(bob, alicePerson, []);
      for (const person of [alicePerson, bobPerson]) {
        await expect(person.call(listReports, {})).rejects.toMatchObject({ code: "session.not_allowed" });
        await expect(person.call(showReport, { reportId })).rejects.toMatchObject({
          code: "session.not_allowed",
        });
      }
      await makeModerator(world, bobPerson);
      expect((await bobPerson.call(listReports, {})).reports[0]?.reportId).toBe(reportId);
      await Promise.all([alice.close(), bob.close()]);
    });
  });
}

async function report(
  by: Screen,
  about: Headless,
  messageIds: readonly (MessageId | undefined)[],
  { block = false } = {},
): Promise<ReportId> {
  const reportId = newId<ReportId>();
  await by.do({
    kind: "report",
    reportId,
    accountId: about.me.accountId,
    messageIds: messageIds.flatMap((one) => one ?? []),
    reason: "threats",
    comment: "at night",
    block,
  });
  return reportId;
}

/** As somebody reads it who came here for that. */
async function asModerator(world: World, reportId: ReportId) {
  const person = await world.person();
  await makeModerator(world, person);
  const answered = await world.test.call(showReport, { reportId }, person);
  await person.close();
  return answered;
}

/** Who somebody is is remembered for a minute. */
async function makeModerator({ test }: World, { me }: Headless): Promise<void> {
  await test.app.db.write((tx) =>
    tx.update(accounts).set({ role: "moderator" }).where(eq(accounts.id, me.accountId)),
  );
  test.clock.advance(60_000);
}

async function frankingOf(person: Headless, id: ConversationId, said: string) {
  const vault = await storedBy(person);
  const stored = await vault.list("messages", { from: placed(id, 0), to: placed(id, 1_000), limit: 1_000 });
  const message = stored.find(({ value }) => value.body.kind === "text" && value.body.text === said);
  if (!message?.value.franking) throw new Error("nothing proves it");
  return message.value.franking;
}

/** What this client sends, changed on its way out. */
function sending(platform: Platform, change: (message: SendMessage) => object): Platform {
  return {
    ...platform,
    fetch: async (input, init) => {
      if (!(String(input).endsWith("/messages") && init?.body instanceof Uint8Array))
        return platform.fetch(input, init);
      const body = decodeBinary(init.body) as { messages: SendMessage[] };
      return platform.fetch(input, {
        ...init,
        body: encodeBinary({ ...body, messages: body.messages.map(change) }),
      });
    },
  };
}
