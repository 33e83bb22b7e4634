import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import { commitUpdate } from "../../web/testing/people-with-keys.ts";
import { events } from "../db/tables.ts";
import { commitToConversation } from "../protocol/conversations.ts";
import { type SendMessage, sendMessages, syncConversation } from "../protocol/delivery.ts";
import { type MessageId, newId } from "../protocol/ids.ts";
import { asRequest, found, openCast, type Player, send, type Talk, write } from "../testing/cast.ts";
import { dialects } from "../testing/dialects.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";
import { dropDelivered, KEPT_FOR } from "./drop-delivered.ts";

for (const dialect of dialects)
  describe(dialect, () => {
    let server: TestApp;
    let ada: Player;
    let ben: Player;
    let talk: Talk;
    let hello: SendMessage;
    const opened: TestApp[] = [];

    beforeEach(async () => {
      server = await openTestApp({ dialect });
      opened.push(server);
      [ada, ben] = (await openCast(server, "ada", "ben")) as [Player, Player];
      talk = await found(server, ada, ben);
      hello = await write(talk.group, "hello");
    });
    afterAll(() => Promise.all(opened.map((one) => one.close())));

    const takingBack = (deletes: MessageId, counter: number): Promise<SendMessage> =>
      write(talk.group, "no", { counter, deletes });
    const pageFor = async (by: Player) =>
      (await server.call(syncConversation, { conversationId: talk.conversationId, after: 1 }, by)).output
        .events;
    const hashOf = (bytes: Uint8Array) =>
      new Uint8Array(new Bun.CryptoHasher("sha256").update(bytes).digest());

    test("of what its sender takes back only a hash is kept, and served in its place", async () => {
      const tagged = { ...hello, frankingTag: crypto.getRandomValues(new Uint8Array(32)) };
      const answered = await send(server, ada, tagged);
      await send(server, ada, await takingBack(hello.messageId, 2));
      const [row] = await server.app.db.read
        .select()
        .from(events)
        .where(eq(events.messageId, hello.messageId));
      expect(row).toMatchObject({ kind: "erased", body: hashOf(hello.ciphertext), frankingTag: null });
      const [first, second] = await pageFor(ben);
      expect(first).toEqual({
        kind: "erased",
        sequence: 2,
        senderAccountId: ada.me.accountId,
        senderDeviceId: ada.device.deviceId,
        sentAt: server.clock.now(),
        messageId: hello.messageId,
        generation: 0,
        counter: 1,
        hash: hashOf(hello.ciphertext),
      });
      expect(second).toMatchObject({ kind: "message", sequence: 3, deletes: hello.messageId });
      expect(await send(server, ada, tagged)).toEqual(answered);
    });

    test("what goes up together with its own deletion is gone too", async () => {
      const both = asRequest(hello, await takingBack(hello.messageId, 2));
      expect((await server.call(sendMessages, both, ada)).status).toBe(200);
      expect((await pageFor(ben)).map(({ kind }) => kind)).toEqual(["erased", "message"]);
    });

    test("what everybody has fetched and is dropped already is taken back too: nothing shows any more what it was", async () => {
      const tagged = { ...hello, frankingTag: crypto.getRandomValues(new Uint8Array(32)) };
      await send(server, ada, tagged);
      const { db, clock } = server.app;
      await dropDelivered({ db, clock: { now: () => clock.now() + KEPT_FOR } });
      const row = async () =>
        (await server.app.db.read.select().from(events).where(eq(events.messageId, hello.messageId)))[0];
      expect(await row()).toMatchObject({ kind: "message", frankingTag: tagged.frankingTag });
      await send(server, ada, await takingBack(hello.messageId, 2));
      expect(await row()).toMatchObject({ kind: "erased", frankingTag: null, body: new Uint8Array() });
    });

    test("what a message takes back is what its sender has signed, or the message is refused", async () => {
      await send(server, ada, hello);
      const unsaid = { ...(await write(talk.group, "no", { counter: 2 })), deletes: hello.messageId };
      expect(await send(server, ada, unsaid)).toEqual({ refused: "request.malformed" });
      const another = { ...(await takingBack(newId<MessageId>(), 2)), deletes: hello.messageId };
      expect(await send(server, ada, another)).toEqual({ refused: "request.malformed" });
      expect((await pageFor(ben)).map(({ kind }) => kind)).toEqual(["message"]);
    });

    test("another's message stays, whoever asks for it, and so does a commit", async () => {
      await send(server, ada, hello);
      expect(await send(server, ben, await takingBack(hello.messageId, 1))).toMatchObject({ sequence: 3 });
      const { bundle } = await commitUpdate(talk.group, newId<MessageId>());
      const { conversationId } = talk;
      expect((await server.call(commitToConversation, { conversationId, ...bundle }, ada)).status).toBe(200);
      await send(server, ada, await takingBack(bundle.commitId, 2));
      const page = await pageFor(ben);
      expect(page.map(({ kind }) => kind)).toEqual(["message", "message", "commit", "message"]);
      expect(page[0]).toMatchObject({ ciphertext: hello.ciphertext });
    });
  });
