import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { commitUpdate, removeDevices } from "../../web/testing/people-with-keys.ts";
import { signOut, whoAmI } from "../protocol/accounts.ts";
import { commitToConversation } from "../protocol/conversations.ts";
import { CLOSE, PROTOCOL_VERSION, type SendMessage, syncConversation } from "../protocol/delivery.ts";
import { attachDevice } from "../protocol/devices.ts";
import { type MessageId, newId } from "../protocol/ids.ts";
import {
  anotherPlayer,
  copies,
  found,
  foundClub,
  openCast,
  type Player,
  send,
  type Talk,
  write,
} from "../testing/cast.ts";
import { dialects } from "../testing/dialects.ts";
import {
  HELLO,
  type Listener,
  listen,
  openSocketOf,
  sequencesOf,
  statusOfUpgrade,
} from "../testing/listen.ts";
import { prove, registerNewDevice } from "../testing/make-device.ts";
import { invitePerson, signInAgain } from "../testing/people.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";
import { acceptMessages } from "./accept-messages.ts";

for (const dialect of dialects)
  describe(dialect, () => {
    let server: TestApp;
    let ada: Player;
    let ben: Player;
    let cleo: Player;
    let talk: Talk;
    let hello: SendMessage;
    let counter = 0;

    beforeAll(async () => {
      server = await openTestApp({ dialect });
      [ada, ben, cleo] = (await openCast(server, "ada", "ben", "cleo")) as [Player, Player, Player];
      talk = await found(server, ada, ben);
      hello = await write(talk.group, "hello");
    });
    afterAll(() => server.close());

    const fresh = (): SendMessage => {
      counter += 1;
      return { ...hello, messageId: newId<MessageId>(), counter };
    };
    const expiring = (expiresAt: number) => {
      counter += 1;
      return write(talk.group, "late", { counter, expiresAt });
    };
    const sequenceOf = async (by: Player, message: SendMessage) => {
      const answered = await send(server, by, message);
      if (answered === undefined || "refused" in answered) throw new Error(`refused: ${answered?.refused}`);
      return answered.sequence;
    };
    const hasHeard = (listener: Listener, sequence: number) =>
      listener.next("events", ({ events }) => events.at(-1)?.sequence === sequence);
    const codeOf = async ({ closed }: Listener) => (await closed).code;

    test("a socket opens to a device's session from our own pages only", async () => {
      const { origin } = server;
      expect(await statusOfUpgrade(server, { origin })).toBe(401);
      expect(await statusOfUpgrade(server, { origin, cookie: "elahe=nonsense" })).toBe(401);
      const dan = await invitePerson(server, ada, "dan");
      expect(await statusOfUpgrade(server, { origin, cookie: dan.cookie })).toBe(403);
      const { cookie } = ada;
      expect(await statusOfUpgrade(server, { origin: "https://evil.example", cookie })).toBe(403);
      expect(await statusOfUpgrade(server, { cookie })).toBe(403);
      await (await openSocketOf(server, ada)).close();
    });

    test("hello is answered with where the account stands, a ping with the time", async () => {
      const listener = await listen(server, ben);
      const serverTime = server.clock.now();
      const ready = { t: "ready", serverTime, accountHead: 1, build: server.app.build } as const;
      expect(listener.heard).toMatchObject([ready]);
      listener.tell({ t: "ping" });
      expect(await listener.next("pong")).toEqual({ t: "pong", serverTime });
      await listener.close();
    });

    test("whoever does not say hello first, or not as it should be, is closed out", async () => {
      const wrong: [(listener: Listener) => void, number][] = [
        [(one) => one.tell({ t: "ping" }), CLOSE.malformed],
        [(one) => one.tell({ t: "typing", conversationId: talk.conversationId }), CLOSE.malformed],
        [
          (one) => one.tell({ t: "hello", protocol: PROTOCOL_VERSION + 1, build: "test" }),
          CLOSE.protocolVersion,
        ],
        [(one) => [one.tell(HELLO), one.tell(HELLO)], CLOSE.malformed],
        [(one) => one.sendRaw("hello"), CLOSE.malformed],
        [(one) => one.sendRaw(new Uint8Array([0xc1])), CLOSE.malformed],
        [(one) => one.sendRaw(new Uint8Array(0)), CLOSE.malformed],
        [(one) => one.sendRaw(new Uint8Array([0x81, 0xa1, 0x74, 0xa1, 0x78])), CLOSE.malformed],
      ];
      for (const [act, code] of wrong) {
        const listener = await openSocketOf(server, ada);
        act(listener);
        expect(await codeOf(listener)).toBe(code);
      }
    });

    test("too many frames and too large ones close the socket", async () => {
      const chatty = await listen(server, ada);
      for (let index = 0; index < 301; index += 1) chatty.tell({ t: "ping" });
      expect(await codeOf(chatty)).toBe(CLOSE.tooManyFrames);
      const large = await listen(server, ada);
      large.sendRaw(new Uint8Array(16 * 1024 + 1));
      expect(await codeOf(large)).toBeOneOf([1006, 1009]);
      const patient = await listen(server, ada);
      for (const pongs of [200, 400]) {
        for (let ping = 0; ping < 200; ping += 1) patient.tell({ t: "ping" });
        while (patient.heard.length < 1 + pongs) await Bun.sleep(2);
        server.clock.advance(10_000);
      }
      await patient.close();
    });

    test("every device of the members hears an event, the sender's too, and nobody else", async () => {
      const [adas, bens, cleos] = await Promise.all([
        listen(server, ada),
        listen(server, ben),
        listen(server, cleo),
      ]);
      const message = fresh();
      const sequence = await sequenceOf(ada, message);
      const { conversationId, ...envelope } = message;
      const expected = {
        t: "events" as const,
        conversationId,
        events: [
          {
            kind: "message" as const,
            sequence,
            sentAt: server.clock.now(),
            senderAccountId: ada.me.accountId,
            senderDeviceId: ada.device.deviceId,
            ...envelope,
          },
        ],
      };
      expect(await hasHeard(bens, sequence)).toEqual(expected);
      expect(await hasHeard(adas, sequence)).toEqual(expected);
      cleos.tell({ t: "ping" });
      await cleos.next("pong");
      expect(cleos.heard.map(({ t }) => t)).toEqual(["ready", "pong"]);
      await Promise.all([adas.close(), bens.close(), cleos.close()]);
    });

    test("events come in the order of their sequences, whatever arrives at once", async () => {
      const [adas, bens] = await Promise.all([listen(server, ada), listen(server, ben)]);
      const commit = await commitUpdate(talk.group, newId<MessageId>());
      const { conversationId } = talk;
      const messages = Array.from({ length: 60 }, fresh);
      const sent = messages.map((message) => send(server, ada, message));
      const committed = server.call(commitToConversation, { conversationId, ...commit.bundle }, ada);
      const later = copies(hello, 60).map((message) => send(server, ben, message));
      await Promise.all([...sent, committed, ...later]);
      const { output } = await server.call(syncConversation, { conversationId, after: 0 }, ada);
      for (const listener of [adas, bens]) {
        await hasHeard(listener, output.head);
        const heard = sequencesOf(listener);
        expect(heard).toEqual(Array.from({ length: 121 }, (_, index) => output.head - 120 + index));
        await listener.close();
      }
      talk = { ...talk, group: commit.pending };
      hello = await write(talk.group, "of the new epoch");
    });

    test("typing is told to the members, and a stranger's to nobody", async () => {
      const [adas, bens, cleos] = await Promise.all([
        listen(server, ada),
        listen(server, ben),
        listen(server, cleo),
      ]);
      const { conversationId } = talk;
      cleos.tell({ t: "typing", conversationId });
      await Bun.sleep(50);
      bens.tell({ t: "typing", conversationId });
      const { accountId } = ben.me;
      expect(await adas.next("typing")).toEqual({ t: "typing", conversationId, accountId });
      expect(adas.heard.filter(({ t }) => t === "typing")).toHaveLength(1);
      expect(cleos.heard.map(({ t }) => t)).toEqual(["ready"]);
      await Promise.all([adas.close(), bens.close(), cleos.close()]);
    });

    test("who types on and on is told once a second, for each conversation", async () => {
      const [adas, bens] = await Promise.all([listen(server, ada), listen(server, ben)]);
      const { conversationId } = talk;
      const typings = async (count: number) => {
        for (let index = 0; index < count; index += 1) bens.tell({ t: "typing", conversationId });
        // To look up who hears it takes a moment on PostgreSQL.
        await Bun.sleep(100);
        return adas.heard.filter(({ t }) => t === "typing").length;
      };
      expect(await typings(20)).toBe(1);
      server.clock.advance(999);
      expect(await typings(5)).toBe(1);
      server.clock.advance(1);
      expect(await typings(5)).toBe(2);
      await Promise.all([adas.close(), bens.close()]);
    });

    test("who is there is asked and answered between two, and neither in a group nor by a stranger", async () => {
      const club = await foundClub(server, ada, ben);
      const [adas, bens, cleos] = await Promise.all([ada, ben, cleo].map((one) => listen(server, one)));
      if (!adas || !bens || !cleos) throw new Error("nobody listens");
      const { conversationId } = talk;
      const signs = ({ heard }: Listener) =>
        heard.filter(({ t }) => t === "asks_presence" || t === "present");
      cleos.tell({ t: "asks_presence", conversationId });
      cleos.tell({ t: "present", conversationId });
      bens.tell({ t: "asks_presence", conversationId: club.conversationId });
      bens.tell({ t: "present", conversationId: club.conversationId });
      server.clock.advance(1_000);
      bens.tell({ t: "asks_presence", conversationId });
      const asked = { conversationId, accountId: ben.me.accountId };
      expect(await adas.next("asks_presence")).toEqual({ t: "asks_presence", ...asked });
      adas.tell({ t: "present", conversationId });
      const present = { t: "present", conversationId, accountId: ada.me.accountId } as const;
      expect(await bens.next("present")).toEqual(present);
      await adas.next("present");
      expect(signs(adas)).toEqual([{ t: "asks_presence", ...asked }, present]);
      expect(signs(cleos)).toEqual([]);
      await Promise.all([adas.close(), bens.close(), cleos.close()]);
    });

    test("a session that opens socket after socket keeps the newest", async () => {
      const oldest = await listen(server, cleo);
      const others: Listener[] = [];
      for (let index = 0; index < 16; index += 1) others.push(await openSocketOf(server, cleo));
      expect(await codeOf(oldest)).toBe(CLOSE.tooManySockets);
      for (const one of others) one.tell(HELLO);
      await Promise.all(others.map((one) => one.next("ready")));
      await Promise.all(others.map((one) => one.close()));
    });

    test("a removed device hears nothing from the very write on, an added one is told of its Welcome", async () => {
      const tablet = await anotherPlayer(server, cleo);
      const tablets = await listen(server, tablet);
      const cleos = await listen(server, cleo);
      const own = await found(server, cleo, ben);
      const welcome = await tablets.next("account", ({ event }) => event.kind === "welcome");
      expect(welcome.event).toMatchObject({ conversationId: own.conversationId, conversationSequence: 1 });
      await sequenceOf(cleo, await write(own.group, "before"));
      await hasHeard(tablets, 2);
      const { conversationId } = own;
      const removed = await removeDevices(own.group, {
        commitId: newId<MessageId>(),
        deviceIds: [tablet.device.deviceId],
      });
      await server.call(commitToConversation, { conversationId, ...removed.bundle }, cleo);
      await sequenceOf(cleo, await after(removed.pending));
      await hasHeard(cleos, 4);
      cleos.tell({ t: "typing", conversationId });
      tablets.tell({ t: "typing", conversationId });
      await cleos.next("typing");
      tablets.tell({ t: "ping" });
      await tablets.next("pong");
      expect(sequencesOf(tablets)).toEqual([1, 2]);
      expect(sequencesOf(cleos)).toEqual([1, 2, 3, 4]);
      expect(tablets.heard.filter(({ t }) => t === "typing")).toEqual([]);
      const again = await listen(server, tablet);
      await sequenceOf(cleo, await after(removed.pending, 3));
      await hasHeard(cleos, 5);
      again.tell({ t: "ping" });
      await again.next("pong");
      expect(sequencesOf(again)).toEqual([]);
      await Promise.all([tablets, cleos, again].map((one) => one.close()));
    });
    const after = (group: Talk["group"], counter = 2) => write(group, "after", { counter });

    test("what was written but never told, as when the server dies between, is there at the next sync", async () => {
      const bens = await listen(server, ben);
      const deaf = { ...server.app.hub, tellConversation: () => undefined };
      const { accountId } = ada.me;
      const { deviceId } = ada.device;
      const message = fresh();
      const app = { ...server.app, hub: deaf };
      const [accepted] = await acceptMessages(app, [{ message, accountId, deviceId }]);
      const { conversationId } = talk;
      const before = (accepted?.sequence ?? 0) - 1;
      const { output } = await server.call(syncConversation, { conversationId, after: before }, ben);
      expect(output.events).toMatchObject([{ kind: "message", messageId: message.messageId }]);
      const next = await sequenceOf(ada, fresh());
      await hasHeard(bens, next);
      expect(sequencesOf(bens)).toEqual([next]);
      await bens.close();
    });

    test("the end of a session closes its sockets at once, hello or not, and no others", async () => {
      const elsewhere = await anotherPlayer(server, ada);
      const [greeted, silent, others] = await Promise.all([
        listen(server, elsewhere),
        openSocketOf(server, elsewhere),
        listen(server, ada),
      ]);
      expect((await server.call(signOut, {}, elsewhere)).status).toBe(200);
      expect(await codeOf(greeted)).toBe(CLOSE.signedOut);
      expect(await codeOf(silent)).toBe(CLOSE.signedOut);
      const { origin } = server;
      expect(await statusOfUpgrade(server, { origin, cookie: elsewhere.cookie })).toBe(401);
      others.tell({ t: "ping" });
      await others.next("pong");
      await others.close();
    });

    test("a session whose device another session has taken over hears no more", async () => {
      const listener = await listen(server, cleo);
      const again = await signInAgain(server, cleo);
      const { deviceId } = cleo.device;
      const proof = await prove(cleo.device, again.me.deviceChallenge);
      expect((await server.call(attachDevice, { deviceId, proof }, again)).status).toBe(200);
      expect(await codeOf(listener)).toBe(CLOSE.signedOut);
      await (await listen(server, again)).close();
    });

    test("a socket that is asked for while its session loses the device is not left open", async () => {
      const person = await invitePerson(server, ada, "dora");
      const dora = { ...person, ...(await registerNewDevice(server, person)) };
      const again = await signInAgain(server, dora);
      const { deviceId } = dora.device;
      server.clock.advance(2 * 60 * 60_000);
      await server.call(whoAmI, {}, again);
      const proof = await prove(dora.device, again.me.deviceChallenge);
      const gate = Promise.withResolvers<void>();
      const busy = server.app.db.write(() => gate.promise);
      const taking = server.call(attachDevice, { deviceId, proof }, again);
      await Bun.sleep(100);
      const opening = openSocketOf(server, dora).then(codeOf, () => "refused");
      await Bun.sleep(100);
      gate.resolve();
      await busy;
      expect((await taking).status).toBe(200);
      const end = await Promise.race([opening, Bun.sleep(2_000).then(() => "still open")]);
      expect(end === "refused" || end === CLOSE.signedOut).toBe(true);
    });

    test("what came too late to be read is accepted, and served to nobody", async () => {
      const bens = await listen(server, ben);
      const late = await sequenceOf(ada, await expiring(server.clock.now()));
      const next = await sequenceOf(ada, fresh());
      await hasHeard(bens, next);
      expect(sequencesOf(bens)).toEqual([next]);
      const { conversationId } = talk;
      const { output } = await server.call(syncConversation, { conversationId, after: late - 1 }, ben);
      expect(output.events.map(({ sequence }) => sequence)).toEqual([next]);
      await bens.close();
    });

    test("a server that stops says so to every socket, hello or not", async () => {
      const stopping = await openTestApp({ dialect });
      const [fay] = (await openCast(stopping, "fay")) as [Player];
      const sockets = await Promise.all([listen(stopping, fay), openSocketOf(stopping, fay)]);
      await stopping.server.stop();
      expect(await Promise.all(sockets.map(codeOf))).toEqual([1012, 1012]);
      await stopping.close();
    });
  });
