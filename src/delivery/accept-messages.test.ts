import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import { commitUpdate, removeDevices } from "../../web/testing/people-with-keys.ts";
import type { App } from "../app.ts";
import type { Database } from "../db/database.ts";
import { conversationDevices, conversations, events } from "../db/tables.ts";
import { commitToConversation } from "../protocol/conversations.ts";
import { type SendMessage, sendMessages, TOGETHER } from "../protocol/delivery.ts";
import { type ConversationId, type MessageId, newId } from "../protocol/ids.ts";
import {
  anotherPlayer,
  asRequest,
  copies,
  found,
  openCast,
  type Player,
  send,
  type Talk,
  write,
} from "../testing/cast.ts";
import { dialects } from "../testing/dialects.ts";
import { invitePerson } from "../testing/people.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";
import { acceptMessages } from "./accept-messages.ts";
import type { Incoming } from "./incoming-messages.ts";

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

    const kept = () =>
      server.app.db.read.select().from(events).where(eq(events.kind, "message")).orderBy(events.sequence);
    const fresh = (change: Partial<SendMessage>): SendMessage => ({
      ...hello,
      messageId: newId<MessageId>(),
      ...change,
    });
    /** Commits in a row, each answered by the server; the group as the last left it. */
    const commitTimes = async (times: number, from: Talk["group"]): Promise<Talk["group"]> => {
      let group = from;
      for (let index = 0; index < times; index += 1) {
        const { bundle, pending } = await commitUpdate(group, newId<MessageId>());
        const { conversationId } = talk;
        expect((await server.call(commitToConversation, { conversationId, ...bundle }, ada)).status).toBe(
          200,
        );
        group = pending;
      }
      return group;
    };

    test("a message gets the next sequence, is kept as it came and raises head and counter", async () => {
      const tag = crypto.getRandomValues(new Uint8Array(32));
      const expiresAt = server.clock.now() + 1000;
      const message = await write(talk.group, "hello", { counter: 7, frankingTag: tag, expiresAt });
      expect(await send(server, ada, message)).toEqual({ sequence: 2, sentAt: server.clock.now() });
      const { ciphertext, conversationId, messageId } = message;
      expect(await kept()).toMatchObject([
        {
          conversationId,
          messageId,
          sequence: 2,
          senderAccountId: ada.me.accountId,
          senderDeviceId: ada.device.deviceId,
          epoch: 1,
          counter: 7,
          frankingTag: tag,
          expiresAt,
          sentAt: server.clock.now(),
        },
      ]);
      expect((await kept())[0]?.body).toEqual(ciphertext);
      const [conversation] = await server.app.db.read.select().from(conversations);
      expect(conversation?.head).toBe(2);
      const [device] = await server.app.db.read
        .select()
        .from(conversationDevices)
        .where(eq(conversationDevices.deviceId, ada.device.deviceId));
      expect(device?.counter).toBe(7);
    });

    test("a retry is answered as before and kept once, at once and later", async () => {
      const before = { sequence: 2, sentAt: server.clock.now() };
      expect(await Promise.all([send(server, ada, hello), send(server, ada, hello)])).toEqual([
        before,
        before,
      ]);
      server.clock.advance(5000);
      expect(await send(server, ada, hello)).toEqual(before);
      expect(await kept()).toHaveLength(1);
    });

    test("a retry is answered as before even when its epoch has passed or its sender was removed", async () => {
      const tablet = await anotherPlayer(server, ben);
      const answered = await send(server, ben, hello);
      await commitTimes(4, talk.group);
      expect(await send(server, ben, hello)).toEqual(answered);
      await server.app.db.write((tx) =>
        tx.delete(conversationDevices).where(eq(conversationDevices.deviceId, ben.device.deviceId)),
      );
      expect(await send(server, ben, hello)).toEqual(answered);
      expect(await send(server, ben, fresh({ counter: 9 }))).toEqual({ refused: "conversation.not_found" });
      expect(await send(server, tablet, hello)).toEqual({ refused: "conversation.not_found" });
    });

    test("a message that is not a member device's finds no conversation", async () => {
      expect(await send(server, cleo, hello)).toEqual({ refused: "conversation.not_found" });
      const late = await anotherPlayer(server, ada);
      expect(await send(server, late, hello)).toEqual({ refused: "conversation.not_found" });
      const { refused } = await server.call(sendMessages, asRequest(hello));
      expect(refused?.errorCode).toBe("session.missing");
      const foreign = await server.call(sendMessages, asRequest(hello), {
        ...ada,
        origin: "https://evil.example",
      });
      expect(foreign.refused?.errorCode).toBe("request.foreign_origin");
      const dan = await invitePerson(server, ada, "dan");
      expect((await server.call(sendMessages, asRequest(hello), dan)).refused?.errorCode).toBe(
        "device.missing",
      );
      expect(await kept()).toEqual([]);
    });

    test("a message whose ciphertext is of another conversation, generation or epoch is malformed", async () => {
      const elsewhere = await found(server, ada, cleo);
      const wrong: Partial<SendMessage>[] = [
        { conversationId: elsewhere.conversationId },
        { conversationId: newId<ConversationId>() },
        { generation: 1 },
        { epoch: 0 },
        { epoch: 2 },
        { ciphertext: hello.ciphertext.subarray(0, 40) },
        { ciphertext: new Uint8Array([...hello.ciphertext, 0]) },
        { ciphertext: Uint8Array.from(talk.founding.first.commit as Uint8Array) },
        { ciphertext: new Uint8Array(0) },
        { ciphertext: new Uint8Array(96 * 1024 + 1) },
        { counter: 0 },
        { counter: 1.5 },
        { messageId: "short" as MessageId },
        { collapseKey: "Read Marks" },
        { frankingTag: new Uint8Array(31) },
      ];
      for (const change of wrong) {
        expect(await send(server, ada, fresh(change))).toEqual({ refused: "request.malformed" });
      }
      expect(await kept()).toEqual([]);
    });

    test("a counter that was used before is a replay; each device counts for itself", async () => {
      expect(await send(server, ada, fresh({ counter: 5 }))).toMatchObject({ sequence: 2 });
      for (const counter of [5, 4, 1]) {
        expect(await send(server, ada, fresh({ counter }))).toEqual({ refused: "message.replayed" });
      }
      expect(await send(server, ben, fresh({ counter: 1 }))).toMatchObject({ sequence: 3 });
      expect(await send(server, ada, fresh({ counter: 6 }))).toMatchObject({ sequence: 4 });
    });

    test("an id that somebody else's message or a commit has is refused", async () => {
      await send(server, ada, hello);
      expect(await send(server, ben, hello)).toEqual({ refused: "message.replayed" });
      const { commitId } = talk.founding.first;
      expect(await send(server, ben, fresh({ messageId: commitId as MessageId }))).toEqual({
        refused: "message.replayed",
      });
      expect(await send(server, ada, fresh({ messageId: commitId as MessageId, counter: 2 }))).toEqual({
        refused: "message.replayed",
      });
    });

    test("messages of the three epochs before are taken, older and coming ones are not", async () => {
      const group = await commitTimes(3, talk.group);
      expect(await send(server, ada, fresh({ counter: 1 }))).toMatchObject({ sequence: 5 });
      const { pending } = await commitUpdate(group, newId<MessageId>());
      const early = await write(pending, "too early", { counter: 2 });
      expect(await send(server, ada, early)).toEqual({ refused: "message.epoch_passed" });
      await commitTimes(1, group);
      expect(await send(server, ada, fresh({ counter: 2 }))).toEqual({ refused: "message.epoch_passed" });
      expect(await send(server, ada, await write(group, "in time", { counter: 3 }))).toMatchObject({
        sequence: 7,
      });
    });

    test("no message of an epoch before a Remove is taken, whoever sends it", async () => {
      const tablet = await anotherPlayer(server, ada);
      talk = await found(server, ada, cleo);
      const before = await write(talk.group, "before");
      const { bundle, pending } = await removeDevices(talk.group, {
        commitId: newId<MessageId>(),
        deviceIds: [tablet.device.deviceId],
      });
      const { conversationId } = talk;
      await server.call(commitToConversation, { conversationId, ...bundle }, ada);
      for (const by of [ada, cleo]) {
        expect(await send(server, by, before)).toEqual({ refused: "message.epoch_passed" });
      }
      expect(await send(server, cleo, await write(pending, "after"))).toMatchObject({ sequence: 3 });
      await commitTimes(1, pending);
      const since = await write(pending, "since", { counter: 2 });
      expect(await send(server, cleo, since)).toMatchObject({ sequence: 5 });
    });

    test("a newer message under the same collapse key takes the older one's place", async () => {
      const under = (collapseKey: string, counter: number) =>
        write(talk.group, "hello", { counter, collapseKey });
      const marks = copies(await under("read", 1), 3);
      for (const mark of marks) await send(server, ada, mark);
      await send(server, ada, await under("other", 4));
      await send(server, ada, fresh({ counter: 5 }));
      await send(server, ben, await under("read", 1));
      expect((await kept()).map(({ sequence }) => sequence)).toEqual([4, 5, 6, 7]);
      const atOnce = copies(await under("read", 6), 10);
      await Promise.all(atOnce.map((mark) => send(server, ada, mark)));
      expect((await kept()).map(({ sequence }) => sequence)).toEqual([5, 6, 7, 17]);
    });

    test("what decides how long a message is kept is what its sender has signed", async () => {
      const now = server.clock.now();
      const signed = await write(talk.group, "hello", { collapseKey: "read", expiresAt: now + 1000 });
      const { collapseKey: _, ...withoutKey } = signed;
      const lies = [
        fresh({ collapseKey: "read" }),
        fresh({ expiresAt: now + 3000 }),
        fresh({ deletes: newId<MessageId>() }),
        { ...signed, expiresAt: now + 1 },
        withoutKey,
      ];
      for (const lie of lies) expect(await send(server, ada, lie)).toEqual({ refused: "request.malformed" });
      expect(await send(server, ada, signed)).toMatchObject({ sequence: 2 });
    });

    test("two hundred messages at once share few transactions and keep their order", async () => {
      const counted = countingWrites(server.app);
      const messages = copies(hello, 200);
      const answers = await Promise.all(
        messages.map((message) => acceptOne(counted.app, from(ada, message))),
      );
      expect(answers.map(({ sequence }) => sequence)).toEqual(messages.map((_, index) => index + 2));
      expect(counted.writes()).toBeLessThanOrEqual(4);
      expect((await kept()).map(({ messageId }) => messageId)).toEqual(messages.map((one) => one.messageId));
    });

    test("in one batch each message gets its own verdict, and a twin its brother's answer", async () => {
      const counted = countingWrites(server.app);
      const other = await found(server, cleo, ben);
      const elsewhere = await write(other.group, "elsewhere");
      const verdicts = await Promise.allSettled(
        [
          from(ada, hello),
          from(cleo, hello),
          from(ada, hello),
          from(ada, fresh({ counter: 1 })),
          from(ben, fresh({ counter: 1 })),
          from(cleo, elsewhere),
          from(ada, fresh({ counter: 2 })),
        ].map((incoming) => acceptOne(counted.app, incoming)),
      );
      expect(
        verdicts.map((one) => (one.status === "fulfilled" ? one.value.sequence : one.reason.code)),
      ).toEqual([2, "conversation.not_found", 2, "message.replayed", 3, 2, 4]);
      // On PostgreSQL two conversations may wait in different lines.
      expect(counted.writes()).toBeLessThanOrEqual(dialect === "postgres" ? 2 : 1);
    });

    test("what goes up together keeps its order, and the first that is refused ends it", async () => {
      const counted = countingWrites(server.app);
      const all = copies(hello, 4) as [SendMessage, ...SendMessage[]];
      const sequences = (messages: readonly SendMessage[]) =>
        acceptMessages(
          counted.app,
          messages.map((message) => from(ada, message)),
        ).then((accepted) => accepted.map(({ sequence }) => sequence));
      expect(await sequences(all)).toEqual([2, 3, 4, 5]);
      expect(counted.writes()).toBe(1);
      expect(await sequences(all)).toEqual([2, 3, 4, 5]);
      const replayed = fresh({ counter: 4 });
      const next = fresh({ counter: 5 });
      const after = fresh({ counter: 6 });
      expect(await sequences([next, replayed, after])).toEqual([6]);
      await expect(sequences([replayed, after])).rejects.toThrow("message.replayed");
      expect(await sequences([next, after])).toEqual([6, 7]);
      expect((await kept()).map(({ messageId }) => messageId)).toEqual(
        [...all, next, after].map(({ messageId }) => messageId),
      );
    });

    test("no more goes up together than a reader may have waiting for it", async () => {
      const most = copies(hello, TOGETHER.messages) as [SendMessage, ...SendMessage[]];
      const { output } = await server.call(sendMessages, asRequest(...most), ada);
      expect(output.accepted).toHaveLength(TOGETHER.messages);
      const { conversationId } = talk;
      const large = new Uint8Array(96 * 1024);
      for (const messages of [
        [],
        copies(hello, TOGETHER.messages + 1),
        copies({ ...hello, ciphertext: large }, 3),
      ]) {
        const { refused } = await server.call(sendMessages, { conversationId, messages }, ada);
        expect(refused?.errorCode).toBe("request.malformed");
      }
    });

    test("a write that fails is told to all who waited for it, and the next one goes through", async () => {
      let failures = 1;
      const db: Database = {
        ...server.app.db,
        write: (work) => {
          failures -= 1;
          return failures < 0 ? server.app.db.write(work) : Promise.reject(new Error("the disk is full"));
        },
      };
      const app = { ...server.app, db };
      const messages = copies(hello, 2);
      const first = await Promise.allSettled(messages.map((one) => acceptOne(app, from(ada, one))));
      expect(first.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
      expect(await kept()).toEqual([]);
      const again = await Promise.all(messages.map((one) => acceptOne(app, from(ada, one))));
      expect(again.map(({ sequence }) => sequence)).toEqual([2, 3]);
    });
  });

async function acceptOne(app: App, incoming: Incoming) {
  const [accepted] = await acceptMessages(app, [incoming]);
  if (accepted === undefined) throw new Error("answered without a place");
  return accepted;
}

function from({ me, device }: Player, message: SendMessage) {
  return { message, accountId: me.accountId, deviceId: device.deviceId };
}

function countingWrites(of: App) {
  let writes = 0;
  const db: Database = {
    ...of.db,
    write: (work) => {
      writes += 1;
      return of.db.write(work);
    },
  };
  return { app: { ...of, db }, writes: () => writes };
}
