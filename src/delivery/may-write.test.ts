import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { changeRoles, type Group } from "../../web/testing/people-with-keys.ts";
import { conversations } from "../db/tables.ts";
import { commitToConversation } from "../protocol/conversations.ts";
import { type SendMessage, sendMessages } from "../protocol/delivery.ts";
import { type MessageId, newId } from "../protocol/ids.ts";
import type { Rights } from "../protocol/rights.ts";
import type { RoleList } from "../protocol/role-list.ts";
import {
  asRequest,
  copies,
  foundClub,
  openCast,
  type Player,
  send,
  type Talk,
  write,
} from "../testing/cast.ts";
import { dialects } from "../testing/dialects.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";

for (const dialect of dialects)
  describe(dialect, () => {
    let server: TestApp;
    let ada: Player;
    let ben: Player;
    let cleo: Player;
    let club: Talk;
    let group: Group;
    let counter: number;
    const opened: TestApp[] = [];

    beforeEach(async () => {
      server = await openTestApp({ dialect });
      opened.push(server);
      [ada, ben, cleo] = (await openCast(server, "ada", "ben", "cleo")) as [Player, Player, Player];
      club = await foundClub(server, ada, ben, cleo);
      group = club.group;
      counter = 0;
    });
    afterAll(() => Promise.all(opened.map((one) => one.close())));

    const rule = async (rights: Partial<Rights>, changed: Partial<RoleList> = {}) => {
      const roles = { ...group.roles, ...changed, rights: { addMembers: "admins" as const, ...rights } };
      const { bundle, pending } = await changeRoles(group, { commitId: newId<MessageId>(), roles });
      const { conversationId } = club;
      const asked = await server.call(commitToConversation, { conversationId, ...bundle }, ada);
      expect(asked.status).toBe(200);
      group = pending;
    };
    const next = (envelope: Partial<SendMessage> = {}, by: Group = group) => {
      counter += 1;
      return write(by, "hello", { counter, ...envelope });
    };
    const sent = async (by: Player, envelope: Partial<SendMessage> = {}) => {
      const answer = await send(server, by, await next(envelope));
      return answer && "refused" in answer ? answer.refused : "taken";
    };

    test("only those who may write are taken a message from, and everybody again once they may", async () => {
      expect(await sent(ben)).toBe("taken");
      await rule({ write: "moderators" }, { moderators: [cleo.me.accountId] });
      expect(await Promise.all([sent(ada), sent(cleo)])).toEqual(["taken", "taken"]);
      expect(await sent(ben)).toBe("message.not_allowed");
      await rule({});
      expect(await sent(ben)).toBe("taken");
    });

    test("whoever may not write still tells how far they have read, and takes back what is theirs", async () => {
      const own = await next();
      const others = await next();
      await send(server, ben, own);
      await send(server, ada, others);
      await rule({ write: "admins" });
      expect(await sent(ben, { collapseKey: "read" })).toBe("taken");
      expect(await sent(ben, { collapseKey: "anything" })).toBe("message.not_allowed");
      expect(await sent(ben, { deletes: others.messageId })).toBe("message.not_allowed");
      expect(await sent(ben, { deletes: own.messageId })).toBe("taken");
    });

    test("where the list of who may write cannot be read, nobody writes", async () => {
      await rule({ write: "moderators" });
      await server.app.db.write((tx) => tx.update(conversations).set({ roles: new Uint8Array(3) }));
      expect(await sent(ben)).toBe("message.not_allowed");
      expect(await sent(ben, { collapseKey: "read" })).toBe("taken");
    });

    test("a moderator who may not write is taken messages from, as deletes and pins look alike", async () => {
      await rule({ write: "admins" }, { moderators: [cleo.me.accountId] });
      expect([await sent(cleo), await sent(ben)]).toEqual(["taken", "message.not_allowed"]);
      await rule({ write: "admins", pin: "members" });
      expect(await sent(ben)).toBe("taken");
    });

    test("a right that is taken away counts for what was written before and comes after", async () => {
      const known = await next();
      const before = await next();
      expect(await send(server, ben, known)).toMatchObject({ sequence: 2 });
      await rule({ write: "admins" });
      expect(await send(server, ben, before)).toEqual({ refused: "message.not_allowed" });
      expect(await send(server, ben, known)).toMatchObject({ sequence: 2 });
    });

    test("in slow mode a plain member waits, is told how long, and those in charge do not", async () => {
      await rule({ slow: 30 }, { moderators: [cleo.me.accountId] });
      expect([await sent(ben), await sent(ada), await sent(ada), await sent(cleo), await sent(cleo)]).toEqual(
        Array(5).fill("taken"),
      );
      server.clock.advance(12_400);
      const { status, headers, refused } = await ask(ben, await next());
      expect([status, refused?.errorCode, headers.get("retry-after")]).toEqual([
        429,
        "message.too_soon",
        "18",
      ]);
      expect(await sent(ben, { collapseKey: "read" })).toBe("taken");
      server.clock.advance(17_600);
      expect([await sent(ben), await sent(ben)]).toEqual(["taken", "message.too_soon"]);
      await rule({});
      expect(await sent(ben)).toBe("taken");
    });

    test("of several messages at once slow mode takes the first, and a retry of it is answered as before", async () => {
      await rule({ slow: 60 });
      const three = copies(await next(), 3) as [SendMessage, SendMessage, SendMessage];
      counter += 3;
      const { output } = await server.call(sendMessages, asRequest(...three), ben);
      expect(output.accepted).toHaveLength(1);
      expect(await send(server, ben, three[0])).toEqual(output.accepted[0]);
      expect(await send(server, ben, three[1])).toEqual({ refused: "message.too_soon" });
    });

    test("slow mode is not slept through by what takes nothing back", async () => {
      await rule({ slow: 60 });
      const own = await next();
      const [mark, tooSoon] = [await next({ collapseKey: "read" }), await next()];
      const takingBack = async (deletes: MessageId) => next({ deletes });
      expect(await send(server, ben, own)).toMatchObject({ sequence: 3 });
      await send(server, ben, mark);
      expect(await send(server, ben, tooSoon)).toEqual({ refused: "message.too_soon" });
      expect(await send(server, ben, await takingBack(mark.messageId))).toEqual({
        refused: "message.too_soon",
      });
      const [first, second] = [await takingBack(own.messageId), await takingBack(own.messageId)];
      const { output } = await server.call(sendMessages, asRequest(first, second), ben);
      expect(output.accepted).toHaveLength(1);
      expect(await send(server, ben, second)).toEqual({ refused: "message.too_soon" });
    });

    const ask = (by: Player, message: SendMessage) => server.call(sendMessages, asRequest(message), by);
  });
