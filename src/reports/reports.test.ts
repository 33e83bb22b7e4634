import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import { verifyAudit } from "../audit/verify-audit.ts";
import { accounts, audit, conversations, events, reports } from "../db/tables.ts";
import { acknowledge } from "../delivery/acknowledge.ts";
import { dropDelivered } from "../delivery/drop-delivered.ts";
import type { Role } from "../protocol/accounts.ts";
import { encodeBinary } from "../protocol/codec.ts";
import { frank } from "../protocol/franking.ts";
import { type MessageId, newId, type ReportId } from "../protocol/ids.ts";
import * as wire from "../protocol/reports.ts";
import { found, openCast, type Player, send, type Talk, write } from "../testing/cast.ts";
import { dialects } from "../testing/dialects.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";
import { MOST_OPEN } from "./send-report.ts";
import { sweepReports } from "./sweep-reports.ts";

const HOUR = 60 * 60_000;
const SECRET = "a sentence that no log may hold";

for (const dialect of dialects)
  describe(`reports on ${dialect}`, () => {
    let server: TestApp;
    let ada: Player;
    let ben: Player;
    let cleo: Player;
    let mona: Player;
    let talk: Talk;
    let counter = 0;

    beforeAll(async () => {
      server = await openTestApp({ dialect });
      [ada, ben, cleo, mona] = (await openCast(server, "ada", "ben", "cleo", "mona")) as [
        Player,
        Player,
        Player,
        Player,
      ];
      await giveRole(mona, "moderator");
      await giveRole(ada, "member");
      talk = await found(server, ada, ben);
    });
    afterAll(() => server.close());

    /** Who somebody is is remembered for a minute. */
    async function giveRole({ me }: Player, role: Role): Promise<void> {
      await server.app.db.write((tx) =>
        tx.update(accounts).set({ role }).where(eq(accounts.id, me.accountId)),
      );
      server.clock.advance(HOUR);
    }

    /** Sent by ada, with the tag of its content, and what a reader of it could disclose. */
    async function says(text: string, from = ada, more: object = {}) {
      const content = encodeBinary({ version: 1, kind: "text", text, ...more });
      const { key, tag } = await frank(content);
      counter += 1;
      const message = await write(talk.group, "as it is encrypted", { counter, frankingTag: tag });
      const accepted = await send(server, from, message);
      if (!accepted || !("sequence" in accepted)) throw new Error(JSON.stringify(accepted));
      const { conversationId } = talk;
      return {
        sequence: accepted.sequence,
        shown: { conversationId, messageId: message.messageId, key, content },
      };
    }

    const reportBy = (
      by: Player,
      messages: readonly wire.Disclosed[],
      more: { accountId?: Player["me"]["accountId"]; comment?: string; reportId?: ReportId } = {},
    ) => {
      server.clock.advance(HOUR);
      return server.call(
        wire.sendReport,
        {
          reportId: newId<ReportId>(),
          accountId: ada.me.accountId,
          reason: "threats",
          comment: "",
          messages: [...messages],
          ...more,
        },
        by,
      );
    };
    /** The server as its jobs will find it then. */
    const later = (milliseconds: number) => ({
      db: server.app.db,
      clock: { now: () => server.clock.now() + milliseconds },
    });
    const list = async (by = mona) => (await server.call(wire.listReports, {}, by)).output.reports;

    test("what was sent for certain comes to a moderator, with who says so and when it was sent", async () => {
      const { shown } = await says("I know where you live");
      const file = {
        id: newId(),
        key: new Uint8Array(16),
        hash: new Uint8Array(32),
        sealedSize: 200,
        size: 100,
        type: "image/png",
        name: "house.png",
      };
      const asked = await says("who goes?", ada, { poll: { options: ["I", "you"], several: false } });
      const withFile = await says("look", ada, { attachments: [file] });
      const answered = await reportBy(ben, [shown, withFile.shown, asked.shown], { comment: "since Monday" });
      expect(answered.refused).toBeUndefined();
      const [report] = await list();
      expect(report).toMatchObject({
        reporter: { username: "ben" },
        reported: { accountId: ada.me.accountId, username: "ada" },
        reason: "threats",
        comment: "since Monday",
        messages: 3,
        state: "open",
        decidedBy: null,
      });
      const { reportId } = report as wire.ReportCard;
      const { output } = await server.call(wire.showReport, { reportId }, mona);
      expect(output.report).toEqual(report as wire.ReportCard);
      expect(output.evidence).toMatchObject([
        { messageId: shown.messageId, kind: "text", text: "I know where you live", files: [] },
        { kind: "text", text: "look", files: [{ name: "house.png", type: "image/png", size: 100 }] },
        { kind: "text", text: "who goes?", options: ["I", "you"] },
      ]);
      const [event] = await server.app.db.read
        .select({ sentAt: events.sentAt })
        .from(events)
        .where(eq(events.messageId, shown.messageId));
      expect(output.evidence[0]?.sentAt).toBe(event?.sentAt);
    });

    test("no reporter can change a word, mix two messages, or put them into another's mouth", async () => {
      const [{ shown: one }, { shown: other }] = [await says("good morning"), await says("good night")];
      const bens = await says("I wrote this", ben);
      const last = one.content.length - 1;
      const lies: [string, wire.Disclosed, object?][] = [
        ["another word", { ...one, content: one.content.with(last, (one.content[last] ?? 0) ^ 1) }],
        ["another message's words", { ...one, content: other.content }],
        ["another message's words and key", { ...one, content: other.content, key: other.key }],
        ["another message's key", { ...one, key: other.key }],
        ["another id", { ...one, messageId: other.messageId }],
        ["an id that never was", { ...one, messageId: newId<MessageId>() }],
        ["another conversation", { ...one, conversationId: newId() }],
        ["another's message", bens.shown],
        ["another account", one, { accountId: cleo.me.accountId }],
      ];
      for (const [lie, shown, more] of lies) {
        const { refused } = await reportBy(ben, [other, shown], more);
        const code = lie === "another id" ? "request.malformed" : "report.not_proven";
        expect([lie, refused?.errorCode]).toEqual([lie, code]);
      }
      expect((await reportBy(ben, [one, other])).refused).toBeUndefined();
    });

    test("nobody reports from a conversation that they were never in, even with the key", async () => {
      const { shown } = await says("between us");
      expect((await reportBy(cleo, [shown])).refused?.errorCode).toBe("report.not_proven");
    });

    test("a message that every device has fetched is still proven, and no more when its id is forgotten", async () => {
      const { shown, sequence } = await says("long gone");
      for (const { me, device } of [ada, ben])
        acknowledge(server.app, {
          accountId: me.accountId,
          deviceId: device.deviceId,
          conversations: [{ conversationId: talk.conversationId, sequence }],
          account: undefined,
        });
      const floor = async () => {
        await dropDelivered(server.app);
        const [row] = await server.app.db.read
          .select({ floor: conversations.floor })
          .from(conversations)
          .where(eq(conversations.id, talk.conversationId));
        return row?.floor;
      };
      for (let waited = 0; (await floor()) !== sequence; waited += 50) {
        if (waited > 10_000) throw new Error("it is never dropped");
        await Bun.sleep(50);
      }
      expect((await reportBy(ben, [shown])).refused).toBeUndefined();
      await dropDelivered(later(wire.PROVABLE_FOR));
      expect((await reportBy(ben, [shown])).refused?.errorCode).toBe("report.not_proven");
    });

    test("a report that is sent twice is there once, and its id is nobody else's", async () => {
      const { shown } = await says("once is enough");
      const reportId = newId<ReportId>();
      expect((await reportBy(ben, [shown], { reportId })).refused).toBeUndefined();
      expect((await reportBy(ben, [shown], { reportId })).refused).toBeUndefined();
      expect((await list()).filter((one) => one.reportId === reportId)).toHaveLength(1);
      const stolen = await reportBy(cleo, [], { reportId, comment: "mine" });
      expect(stolen.refused?.errorCode).toBe("request.malformed");
    });

    test("words alone can be reported, but neither nothing, nor oneself, nor nobody", async () => {
      expect((await reportBy(ben, [], { comment: "calls me at night" })).refused).toBeUndefined();
      expect((await list())[0]).toMatchObject({ comment: "calls me at night", messages: 0 });
      expect((await reportBy(ben, [], { comment: " " })).refused?.errorCode).toBe("request.malformed");
      const self = await reportBy(ada, [], { comment: "me" });
      expect(self.refused?.errorCode).toBe("request.malformed");
      const nobody = await reportBy(ben, [], { comment: "who?", accountId: newId() });
      expect(nobody.refused?.errorCode).toBe("account.not_found");
    });

    test("reports are for moderators, admins and the owner alone", async () => {
      const [report] = await list();
      const { reportId } = report as wire.ReportCard;
      for (const by of [ada, ben, cleo]) {
        const decision = { reportId, state: "dismissed", note: "" } as const;
        const answers = [
          await server.call(wire.listReports, {}, by),
          await server.call(wire.showReport, { reportId }, by),
          await server.call(wire.decideReport, decision, by),
        ];
        for (const { refused } of answers) expect(refused?.errorCode).toBe("session.not_allowed");
      }
      for (const role of ["admin", "owner", "moderator"] as const) {
        await giveRole(mona, role);
        expect((await server.call(wire.showReport, { reportId }, mona)).status).toBe(200);
      }
      expect((await list())[0]?.state).toBe("open");
    });

    test("a decision is kept with who made it and when, can be another one later, and is audited", async () => {
      const [report] = await list();
      const { reportId } = report as wire.ReportCard;
      const decide = (state: wire.ReportState, note: string) =>
        server.call(wire.decideReport, { reportId, state, note }, mona);
      const { output } = await decide("acted", SECRET);
      expect(output.report).toMatchObject({
        state: "acted",
        note: SECRET,
        decidedBy: { username: "mona" },
        decidedAt: server.clock.now(),
      });
      expect((await list())[0]).toEqual(output.report);
      expect((await decide("open", "")).output.report).toMatchObject({ state: "open", decidedAt: null });
      const none = { reportId: newId<ReportId>(), state: "acted", note: "" } as const;
      expect((await server.call(wire.decideReport, none, mona)).refused?.errorCode).toBe("report.not_found");
      const rows = await server.app.db.read.select().from(audit).where(eq(audit.target, reportId));
      expect(rows.map(({ action, actor }) => [action, actor])).toEqual([
        ["report.sent", ben.me.accountId],
        ["report.decided", mona.me.accountId],
        ["report.decided", mona.me.accountId],
      ]);
      expect(await verifyAudit(server.app)).toBeUndefined();
    });

    test("nothing of what was said reaches the log", async () => {
      const { shown } = await says(SECRET);
      expect((await reportBy(ben, [shown], { comment: SECRET })).refused).toBeUndefined();
      expect(server.logged.length).toBeGreaterThan(10);
      expect(server.logged.filter((line) => line.includes(SECRET))).toEqual([]);
    });

    test("one account's undecided reports are bounded, and so is how fast they come", async () => {
      const sendOne = () =>
        server.call(
          wire.sendReport,
          {
            reportId: newId<ReportId>(),
            accountId: ada.me.accountId,
            reason: "spam",
            comment: "again",
            messages: [],
          },
          cleo,
        );
      const codes: (string | undefined)[] = [];
      for (let round = 0; round < 12; round += 1) codes.push((await sendOne()).refused?.errorCode);
      expect(codes.filter((code) => code === "request.too_many").length).toBe(2);
      for (let round = 0; round < MOST_OPEN; round += 1) {
        server.clock.advance(HOUR);
        codes.push((await sendOne()).refused?.errorCode);
      }
      expect(codes.filter((code) => code === undefined)).toHaveLength(MOST_OPEN);
      expect(codes.at(-1)).toBe("report.too_many");
    });

    test("the list goes back page by page, newest first, by state", async () => {
      const first = await server.call(wire.listReports, { state: "open" }, mona);
      expect(first.output.reports).toHaveLength(wire.REPORT_PAGE);
      const { next } = first.output;
      const second = await server.call(wire.listReports, { state: "open", after: next as ReportId }, mona);
      const all = [...first.output.reports, ...second.output.reports];
      expect(second.output.next).toBeNull();
      const stored = await server.app.db.read.select({ id: reports.id }).from(reports);
      expect(new Set(all.map(({ reportId }) => reportId)).size).toBe(stored.length);
      const ages = all.map(({ createdAt }) => createdAt);
      expect(ages).toEqual(ages.toSorted((one, other) => other - one));
      expect((await server.call(wire.listReports, { state: "acted" }, mona)).output.reports).toEqual([]);
    });

    test("what was decided is gone after its time, and what was not stays", async () => {
      const before = await server.app.db.read.select({ id: reports.id }).from(reports);
      const [report] = await list();
      const { reportId } = report as wire.ReportCard;
      await server.call(wire.decideReport, { reportId, state: "dismissed", note: "" }, mona);
      await sweepReports(later(wire.REPORT_KEPT_FOR - 1));
      expect(await server.app.db.read.select({ id: reports.id }).from(reports)).toHaveLength(before.length);
      await sweepReports(later(wire.REPORT_KEPT_FOR));
      const after = await server.app.db.read.select({ id: reports.id }).from(reports);
      expect(after).toHaveLength(before.length - 1);
      expect(after.some(({ id }) => id === reportId)).toBe(false);
    });

    test("a moderator neither sees nor decides what is said about them", async () => {
      const reportId = newId<ReportId>();
      const { accountId } = mona.me;
      expect((await reportBy(ben, [], { accountId, comment: "mona threatens me", reportId })).status).toBe(
        200,
      );
      const listed = async (by: Player) => (await list(by)).some((report) => report.reportId === reportId);
      const show = (by: Player) => server.call(wire.showReport, { reportId }, by);
      const decide = (by: Player) =>
        server.call(wire.decideReport, { reportId, state: "dismissed", note: "" }, by);
      expect(await listed(mona)).toBe(false);
      expect((await show(mona)).refused?.errorCode).toBe("report.not_found");
      expect((await decide(mona)).refused?.errorCode).toBe("report.not_found");
      await giveRole(cleo, "moderator");
      expect(await listed(cleo)).toBe(true);
      expect((await show(cleo)).output.report.state).toBe("open");
      expect((await decide(cleo)).status).toBe(200);
      await giveRole(cleo, "member");
    });
  });
