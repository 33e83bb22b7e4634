import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { and, eq } from "drizzle-orm";
import { addDevices } from "../../web/testing/people-with-keys.ts";
import type { RequestContext } from "../answer.ts";
import type { Database } from "../db/database.ts";
import { accountEvents, accounts, conversationDevices, conversations, events } from "../db/tables.ts";
import { encodeBinary } from "../protocol/codec.ts";
import { commitToConversation } from "../protocol/conversations.ts";
import {
  PAGE,
  type SendMessage,
  showGap,
  syncAccount,
  syncConversation,
  syncConversations,
} from "../protocol/delivery.ts";
import { type ConversationId, type DeviceId, type MessageId, newId } from "../protocol/ids.ts";
import {
  anotherPlayer,
  claimed,
  copies,
  enter,
  found,
  openCast,
  type Player,
  send,
  type Talk,
  write,
} from "../testing/cast.ts";
import { dialects } from "../testing/dialects.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";
import { dropDelivered, KEPT_FOR } from "./drop-delivered.ts";
import { expireMessages } from "./expire-messages.ts";
import { answerSyncConversation } from "./sync.ts";

/** The same database, but that something else is done between asking for rows of this table and getting them. */
function beforeRowsOf(db: Database, table: unknown, act: () => Promise<void>): Database {
  const select = (fields: never) => {
    const asking = fields === undefined ? db.read.select() : db.read.select(fields);
    const from = asking.from.bind(asking);
    return Object.assign(asking, {
      from(named: typeof events) {
        const query = from(named);
        if (named !== table) return query;
        const execute = query.execute.bind(query);
        return Object.assign(query, { execute: () => act().then(() => execute()) });
      },
    });
  };
  return { ...db, read: { ...db.read, select: select as never } };
}

for (const dialect of dialects)
  describe(dialect, () => {
    let server: TestApp;
    let ada: Player;
    let ben: Player;
    let cleo: Player;
    let talk: Talk;
    let hello: SendMessage;
    const opened: TestApp[] = [];

    beforeEach(async () => {
      server = await openTestApp({ dialect });
      opened.push(server);
      [ada, ben, cleo] = (await openCast(server, "ada", "ben", "cleo")) as [Player, Player, Player];
      talk = await found(server, ada, ben);
      hello = await write(talk.group, "hello");
    });
    afterAll(() => Promise.all(opened.map((one) => one.close())));

    const sync = async (by: Player, after: number, limit?: number) => {
      const { conversationId } = talk;
      const asked = { conversationId, after, ...(limit === undefined ? {} : { limit }) };
      const { status, output, refused } = await server.call(syncConversation, asked, by);
      if (status !== 200) return { refused: refused?.errorCode };
      const { events: found, upTo, head } = output;
      return { events: found.map(({ sequence }) => sequence), upTo, head };
    };
    const sendAll = (messages: readonly SendMessage[]) =>
      Promise.all(messages.map((message) => send(server, ada, message)));
    const setCursor = ({ device }: Player, cursor: number) =>
      server.app.db.write((tx) =>
        tx
          .update(conversationDevices)
          .set({ cursor })
          .where(eq(conversationDevices.deviceId, device.deviceId)),
      );

    test("events come oldest first, each as its sender sent it", async () => {
      const expiresAt = server.clock.now() + 1000;
      const message = await write(talk.group, "hello", { collapseKey: "read", expiresAt });
      await send(server, ada, message);
      const { conversationId } = talk;
      const { output: page } = await server.call(syncConversation, { conversationId, after: 0 }, ada);
      const { counter, ...output } = page;
      expect(counter).toBe(message.counter);
      const { conversationId: _, ...envelope } = message;
      const from = { senderAccountId: ada.me.accountId, senderDeviceId: ada.device.deviceId };
      const sentAt = server.clock.now();
      const { commit, commitId } = talk.founding.first;
      expect(output).toEqual({
        events: [
          {
            kind: "commit",
            sequence: 1,
            ...from,
            sentAt,
            generation: 0,
            epoch: 0,
            commitId: commitId as MessageId,
            commit: Uint8Array.from(commit as Uint8Array),
          },
          { kind: "message", sequence: 2, ...from, sentAt, ...envelope },
        ],
        upTo: 2,
        head: 2,
      });
    });

    test("pages lead to the head, over holes and without doubles", async () => {
      await sendAll(copies(hello, 12));
      await server.app.db.write((tx) => tx.delete(events).where(eq(events.sequence, 7)));
      expect(await sync(ben, 1, 5)).toEqual({ events: [2, 3, 4, 5, 6], upTo: 6, head: 13 });
      expect(await sync(ben, 6, 5)).toEqual({ events: [8, 9, 10, 11, 12], upTo: 12, head: 13 });
      expect(await sync(ben, 12, 5)).toEqual({ events: [13], upTo: 13, head: 13 });
      expect(await sync(ben, 13, 5)).toEqual({ events: [], upTo: 13, head: 13 });
      await server.app.db.write((tx) => tx.delete(events).where(eq(events.sequence, 13)));
      expect(await sync(ben, 12)).toEqual({ events: [], upTo: 13, head: 13 });
    });

    test("a page ends before a mebibyte, yet always moves on", async () => {
      const large = await write(talk.group, "x".repeat(60_000));
      const messages = copies(large, 20);
      await sendAll(messages);
      const size = large.ciphertext.byteLength;
      expect(size).toBeGreaterThan(60_000);
      const fitting = Math.floor((1024 * 1024) / size);
      const first = await sync(ben, 1);
      expect(first).toMatchObject({ upTo: 1 + fitting, head: 21 });
      expect(await sync(ben, 1 + fitting)).toMatchObject({ upTo: 21 });
    });

    test("a device gets what came after it joined, whatever it asks for", async () => {
      await sendAll(copies(hello, 3));
      const tablet = await anotherPlayer(server, ben);
      expect(await sync(tablet, 0)).toEqual({ refused: "conversation.not_found" });
      const { bundle } = await addDevices(await enter(ben, talk.group, talk.founding.first.welcome), {
        commitId: newId<MessageId>(),
        keyPackages: await claimed(server, ben, ben),
        now: server.clock.now(),
      });
      const { conversationId } = talk;
      await server.call(commitToConversation, { conversationId, ...bundle }, ben);
      expect(await sync(tablet, 0)).toEqual({ events: [], upTo: 5, head: 5 });
      await send(server, ada, { ...hello, messageId: newId<MessageId>(), counter: 4 });
      expect(await sync(tablet, 0)).toEqual({ events: [6], upTo: 6, head: 6 });
    });

    test("a stranger and nobody are shown nothing, and what is malformed is refused", async () => {
      expect(await sync(cleo, 0)).toEqual({ refused: "conversation.not_found" });
      const { conversationId } = talk;
      const nobody = await server.call(syncConversation, { conversationId, after: 0 });
      expect(nobody.refused?.errorCode).toBe("session.missing");
      const unknown = newId<ConversationId>();
      const missing = await server.call(syncConversation, { conversationId: unknown, after: 0 }, ada);
      expect(missing.refused?.errorCode).toBe("conversation.not_found");
      for (const [after, limit] of [
        [-1, 1],
        [0, 0],
        [0, PAGE.events + 1],
        [1.5, 1],
      ] as const)
        expect(await sync(ada, after, limit)).toEqual({ refused: "request.malformed" });
    });

    test("what has expired is never served, also before it was removed", async () => {
      const expiresAt = server.clock.now() + 1000;
      await send(server, ada, await write(talk.group, "hello", { expiresAt }));
      await send(server, ada, { ...hello, messageId: newId<MessageId>(), counter: 2 });
      expect(await sync(ben, 1)).toMatchObject({ events: [2, 3] });
      server.clock.advance(999);
      expect(await expireMessages(server.app)).toBe(0);
      expect(await sync(ben, 1)).toMatchObject({ events: [2, 3] });
      server.clock.advance(1);
      expect(await sync(ben, 1)).toEqual({ events: [3], upTo: 3, head: 3 });
      expect(await expireMessages(server.app)).toBe(1);
      expect(await expireMessages(server.app)).toBe(0);
      expect(await sync(ben, 1)).toEqual({ events: [3], upTo: 3, head: 3 });
    });

    test("what every device has is dropped, and whoever asks for it is told that it is gone", async () => {
      const messages = copies(hello, 4);
      await sendAll(messages);
      await setCursor(ada, 5);
      await setCursor(ben, 3);
      await dropDelivered(server.app);
      expect(await sync(ben, 2)).toEqual({ refused: "sync.gone" });
      const { conversationId } = talk;
      const gap = await server.call(showGap, { conversationId, after: 1 }, ben);
      expect(gap.output).toEqual({ upTo: 3, messages: 2 });
      const own = await server.call(showGap, { conversationId, after: 1 }, ada);
      expect(own.output).toEqual({ upTo: 3, messages: 0 });
      expect((await server.call(showGap, { conversationId, after: 1 }, cleo)).status).toBe(404);
      expect(await sync(ben, 3)).toEqual({ events: [4, 5], upTo: 5, head: 5 });
      const rows = await server.app.db.read.select().from(events).orderBy(events.sequence);
      expect(rows.map(({ body }) => body.byteLength > 0)).toEqual([false, false, false, true, true]);
      expect(await send(server, ada, messages[0] ?? hello)).toMatchObject({ sequence: 2 });
    });

    test("what is dropped while somebody asks for it is gone to them, and never shown empty", async () => {
      await sendAll(copies(hello, 2));
      await setCursor(ada, 3);
      await setCursor(ben, 3);
      const { me, device } = ben;
      const session = { ...me, deviceId: device.deviceId };
      const { app } = server;
      const ask = (db: Database) =>
        answerSyncConversation({ conversationId: talk.conversationId, after: 1, limit: 10 }, {
          app: { ...app, db },
          session,
        } as unknown as RequestContext<"device">);
      expect((await ask(app.db)).events).toHaveLength(2);
      const interleaved = beforeRowsOf(app.db, events, () => dropDelivered(app));
      await expect(ask(interleaved)).rejects.toThrow("sync.gone");
    });

    test("what is ninety days old is dropped even if somebody was away, its id after a hundred and eighty", async () => {
      await sendAll(copies(hello, 2));
      server.clock.advance(KEPT_FOR - 1);
      await dropDelivered(server.app);
      expect(await floor()).toBe(0);
      server.clock.advance(1);
      const young = { ...hello, messageId: newId<MessageId>(), counter: 3 };
      await server.app.db.write((tx) =>
        tx.insert(events).values({
          ...young,
          attachmentIds: null,
          sequence: 4,
          kind: "message",
          body: young.ciphertext,
          senderAccountId: ada.me.accountId,
          senderDeviceId: ada.device.deviceId,
          sentAt: server.clock.now(),
        }),
      );
      await server.app.db.write((tx) => tx.update(conversations).set({ head: 4 }));
      await dropDelivered(server.app);
      expect(await floor()).toBe(3);
      expect(await kept()).toEqual([1, 2, 3, 4]);
      server.clock.advance(KEPT_FOR);
      await dropDelivered(server.app);
      expect(await kept()).toEqual([4]);
      expect(await floor()).toBe(4);
    });
    const floor = async () => (await server.app.db.read.select().from(conversations))[0]?.floor;
    const kept = async () =>
      (await server.app.db.read.select().from(events).orderBy(events.sequence)).map(
        ({ sequence }) => sequence,
      );

    test("the changed conversations are those with something not acknowledged, page by page", async () => {
      const { output } = await server.call(syncConversations, {}, ben);
      const { conversationId } = talk;
      expect(output).toEqual({ changed: [], next: null });
      await send(server, ada, hello);
      const changed = await server.call(syncConversations, {}, ben);
      const bens = { conversationId, head: 2, acknowledged: 1, counter: 0 };
      expect(changed.output).toEqual({ changed: [bens], next: null });
      expect((await server.call(syncConversations, {}, cleo)).output.changed).toEqual([]);
      await setCursor(ben, 2);
      expect((await server.call(syncConversations, {}, ben)).output.changed).toEqual([]);
      const all = await server.call(syncConversations, { all: 1 }, ben);
      expect(all.output.changed).toEqual([{ ...bens, acknowledged: 2 }]);
      const ids = await joinMany(ben.device.deviceId, PAGE.conversations + 5);
      const first = await server.call(syncConversations, {}, ben);
      expect(first.output.changed).toHaveLength(PAGE.conversations);
      const from = first.output.next;
      const second = await server.call(syncConversations, from === null ? {} : { from }, ben);
      expect(second.output.next).toBeNull();
      const listed = [...first.output.changed, ...second.output.changed].map((one) => one.conversationId);
      expect(listed.sort()).toEqual(ids.sort());
    });

    const joinMany = async (deviceId: DeviceId, count: number) => {
      const [like] = await server.app.db.read.select().from(conversations);
      const [member] = await server.app.db.read
        .select()
        .from(conversationDevices)
        .where(and(eq(conversationDevices.deviceId, deviceId)));
      if (like === undefined || member === undefined) throw new Error("nothing to copy");
      const ids = Array.from({ length: count }, () => newId<ConversationId>());
      await server.app.db.write(async (tx) => {
        await tx.insert(conversations).values(ids.map((id) => ({ ...like, id, pairKey: id })));
        await tx
          .insert(conversationDevices)
          .values(ids.map((conversationId) => ({ ...member, conversationId, cursor: 0 })));
      });
      return ids;
    };

    test("an account's page holds as many events as fit, and the next goes on", async () => {
      const { accountId } = cleo.me;
      const [account] = await server.app.db.read.select().from(accounts).where(eq(accounts.id, accountId));
      const first = (account?.eventHead ?? 0) + 1;
      const rows = [0, 1, 2].map((index) => {
        const sequence = first + index;
        const named = {
          conversationId: newId<ConversationId>(),
          fromAccountId: accountId,
          fromDeviceId: cleo.device.deviceId,
        };
        const welcome = new Uint8Array(1_000_000);
        const event = {
          kind: "welcome" as const,
          sequence,
          generation: 0,
          epoch: 1,
          conversationSequence: 1,
          ...named,
          welcome,
        };
        return {
          accountId,
          sequence,
          deviceId: null,
          kind: event.kind,
          payload: encodeBinary(event),
          createdAt: 1,
        };
      });
      await server.app.db.write(async (tx) => {
        for (const row of rows) await tx.insert(accountEvents).values(row);
        await tx
          .update(accounts)
          .set({ eventHead: first + 2 })
          .where(eq(accounts.id, accountId));
      });
      const page = async (after: number) => {
        const { output } = await server.call(syncAccount, { after }, cleo);
        return [output.events.map(({ sequence }) => sequence), output.upTo, output.head];
      };
      expect(await page(first - 1)).toEqual([[first, first + 1], first + 1, first + 2]);
      expect(await page(first + 1)).toEqual([[first + 2], first + 2, first + 2]);
    });

    test("a device gets the account's events and its own, not its sibling's", async () => {
      const tablet = await anotherPlayer(server, ben);
      await found(server, cleo, ben);
      const kindsFor = async (by: Player, after: number) => {
        const { output } = await server.call(syncAccount, { after }, by);
        return [output.events.map(({ kind, sequence }) => `${kind} ${sequence}`), output.upTo, output.head];
      };
      const head = 4;
      const [bens] = await kindsFor(ben, 0);
      const [tablets] = await kindsFor(tablet, 0);
      expect(bens).toEqual(expect.arrayContaining(["welcome 1", "devices_changed 2"]));
      expect(tablets).toEqual(expect.arrayContaining(["devices_changed 2"]));
      expect([bens, tablets].flat().filter((one) => String(one).startsWith("welcome"))).toHaveLength(3);
      expect(await kindsFor(ben, head)).toEqual([[], head, head]);
      expect((await server.call(syncAccount, { after: 0 })).refused?.errorCode).toBe("session.missing");
    });
  });
