import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import {
  accounts,
  channelComments,
  channelEntries,
  channelRoom,
  channelSubscribers,
  channels,
} from "../db/tables.ts";
import type { ChannelEntry } from "../protocol/channel-frames.ts";
import { type ChannelAuthor, encodePost, encodeStatement } from "../protocol/channel-log.ts";
import * as wire from "../protocol/channels.ts";
import { encodeBinary } from "../protocol/codec.ts";
import { type ConversationId, type MessageId, newId } from "../protocol/ids.ts";
import { openCast, type Player } from "../testing/cast.ts";
import { dialects } from "../testing/dialects.ts";
import { commentBy } from "../testing/sign-in-channel.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";
import { asAuthor, type Channel, openChannels } from "../testing/write-in-channel.ts";
import { CHANNEL_ROOM } from "./channel-room.ts";
import { sweepChannels } from "./sweep-channels.ts";

const MINUTE = 60_000;

for (const dialect of dialects)
  describe(`how much public channels take on ${dialect}`, () => {
    let server: TestApp;
    let owner: Player;
    let ada: Player;
    let ben: Player;
    let cleo: Player;
    let desk: ReturnType<typeof openChannels>;
    beforeAll(async () => {
      server = await openTestApp({ dialect });
      const cast = await openCast(server, "owner-of-it", "ada", "ben", "cleo");
      [owner, ada, ben, cleo] = cast as [Player, Player, Player, Player];
      desk = openChannels(server, owner);
    });
    afterAll(() => server.close());

    const read = async (channel: Channel, after = 0) =>
      (await server.call(wire.syncChannels, { known: [{ channelId: channel.id, after }] }, ben)).output;

    const used = async ({ me }: Player) => {
      const rows = await server.app.db.read
        .select()
        .from(channelRoom)
        .where(eq(channelRoom.accountId, me.accountId));
      return rows[0]?.bytes ?? 0;
    };
    const setUsed = ({ me }: Player, bytes: number) =>
      server.app.db.write((tx) =>
        tx.update(channelRoom).set({ bytes }).where(eq(channelRoom.accountId, me.accountId)),
      );
    const comment = async (by: Player, channel: Channel, about: MessageId, content = encodePost("good")) => {
      const facts = { channelId: channel.id, id: newId<MessageId>(), post: about, at: server.clock.now() };
      const signed = await commentBy(by, facts, content);
      const { refused } = await server.call(wire.putComment, { channelId: channel.id, ...signed }, by);
      return refused?.errorCode ?? "put";
    };

    test("what is written carries its words and nothing else", async () => {
      const channel = await desk.found();
      const { id } = await desk.post(owner, channel, "a");
      const padded = encodeBinary({ version: 1, kind: "text", text: "a", pad: new Uint8Array(9_000) });
      expect(await desk.put(owner, channel, await desk.entryOf(owner, channel, {}, padded))).toBe(
        "request.malformed",
      );
      expect(await comment(owner, channel, id, padded)).toBe("request.malformed");
    });

    test("an account's room ends its writing, and what is taken back gives room again", async () => {
      const channel = await desk.found();
      const before = await used(owner);
      const { id } = await desk.post(owner, channel, "x".repeat(5_000));
      expect(await comment(owner, channel, id)).toBe("put");
      const after = await used(owner);
      expect(after).toBeGreaterThan(before + 5_000);
      await setUsed(owner, CHANNEL_ROOM);
      expect((await desk.post(owner, channel, "no more")).answer).toBe("channel.quota_full");
      expect(await comment(owner, channel, id)).toBe("channel.quota_full");
      const takeBack = await desk.entryOf(owner, channel, { kind: "delete", target: id }, new Uint8Array());
      expect(await desk.put(owner, channel, takeBack)).toBe("put");
      expect(await used(owner)).toBeLessThan(CHANNEL_ROOM - 5_000);
      expect((await desk.post(owner, channel, "again")).answer).toBe("put");
      await setUsed(owner, after);
    });

    test("comments have a pace of their own", async () => {
      const channel = await desk.found();
      const { id } = await desk.post(owner, channel, "what do you think?");
      await server.call(wire.joinChannel, { channelId: channel.id }, ada);
      const answers = [];
      for (let index = 0; index < 31; index += 1) answers.push(await comment(ada, channel, id));
      expect(answers.filter((answer) => answer === "put").length).toBeLessThanOrEqual(30);
      expect(answers.at(-1)).toBe("request.too_many");
      server.clock.advance(MINUTE);
    });

    test("with a post that is taken back its comments are not served any more, and go", async () => {
      const channel = await desk.found();
      const { id } = await desk.post(owner, channel, "what do you think?");
      expect(await comment(owner, channel, id)).toBe("put");
      const takeBack = await desk.entryOf(owner, channel, { kind: "delete", target: id }, new Uint8Array());
      expect(await desk.put(owner, channel, takeBack)).toBe("put");
      const { comments } = (await server.call(wire.readComments, { channelId: channel.id, post: id }, ben))
        .output;
      const { counts } = (await server.call(wire.countComments, { channelId: channel.id, posts: [id] }, ben))
        .output;
      expect([comments, counts]).toEqual([[], []]);
      await sweepChannels(server.app);
      const left = await server.app.db.read
        .select()
        .from(channelComments)
        .where(eq(channelComments.channelId, channel.id));
      expect(left).toEqual([]);
    });

    test("of a large channel that is deleted nothing stays, and all its writers have their room back", async () => {
      const room = [await used(owner), await used(ben)];
      const channel = await desk.found({ admins: [asAuthor(ben)] });
      const { id } = await desk.post(ben, channel, "first");
      for (let place = 0; place < 230; place += 1) await desk.post(owner, channel, `post ${place}`);
      expect(await comment(owner, channel, id)).toBe("put");
      await server.call(wire.joinChannel, { channelId: channel.id }, ben);
      expect((await server.call(wire.deleteChannel, { channelId: channel.id }, owner)).status).toBe(200);
      expect((await desk.post(owner, channel, "late")).answer).toBe("channel.not_found");
      const { read } = server.app.db;
      // Not in one write, which a large channel would make too long for everybody.
      const ofChannel = eq(channelEntries.channelId, channel.id);
      expect(await read.select().from(channelEntries).where(ofChannel)).toHaveLength(232);
      await sweepChannels(server.app);
      for (const table of [channelEntries, channelComments, channelSubscribers])
        expect(await read.select().from(table).where(eq(table.channelId, channel.id))).toEqual([]);
      expect(await read.select().from(channels).where(eq(channels.id, channel.id))).toEqual([]);
      expect([await used(owner), await used(ben)]).toEqual(room);
    });

    test("whoever deletes faster than anybody can found is told to wait", async () => {
      const drop = () => server.call(wire.deleteChannel, { channelId: newId<ConversationId>() }, cleo);
      const answers = await Promise.all(Array.from({ length: 21 }, drop));
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(1);
    });

    test("the same channel is asked for once, and a question about many costs more than one about one", async () => {
      const channel = await desk.found();
      const twice = [1, 2].map(() => ({ channelId: channel.id, after: 0 }));
      const { refused } = await server.call(wire.syncChannels, { known: twice }, cleo);
      expect(refused?.errorCode).toBe("request.malformed");
      const many = () =>
        Array.from({ length: 500 }, () => ({ channelId: newId<ConversationId>(), after: 0 }));
      const answers = [];
      for (let index = 0; index < 13; index += 1)
        answers.push((await server.call(wire.syncChannels, { known: many() }, cleo)).status);
      expect(answers.at(-1)).toBe(429);
    });

    test("a page of large posts is cut where it gets too long, whichever way it is read", async () => {
      const channel = await desk.found();
      for (let place = 0; place < 40; place += 1) await desk.post(owner, channel, "\u{1f33f}".repeat(8_000));
      const forward = await read(channel);
      const backward = (await server.call(wire.readEntries, { channelId: channel.id, before: 42 }, ben))
        .output;
      for (const entries of [forward.channels[0]?.entries ?? [], backward.entries]) {
        expect(entries.length).toBeGreaterThan(5);
        expect(entries.reduce((sum, one) => sum + (one.content?.byteLength ?? 0), 0)).toBeLessThan(
          512 * 1024,
        );
      }
      expect(forward.more).toBe(true);
      const last = (await read(channel, 40)).channels[0]?.entries ?? [];
      expect(backward.entries.at(-1)).toEqual(last.at(-1) as ChannelEntry);
    });

    test("nobody signs under another's name or root, and who stood there already may stay", async () => {
      const asAda = { ...asAuthor(owner), username: ada.me.username };
      expect((await desk.found({ owner: asAda })).answer).toBe("channel.not_allowed");
      const channel = await desk.found({ admins: [asAuthor(ada)] });
      const restate = async (admins: ChannelAuthor[]) =>
        desk.put(
          owner,
          channel,
          await desk.entryOf(
            owner,
            channel,
            { kind: "statement" },
            encodeStatement(desk.statement(channel.handle, { admins })),
          ),
        );
      expect(await restate([{ ...asAuthor(ben), username: "ada" }])).toBe("channel.not_allowed");
      expect(await restate([{ ...asAuthor(ben), rootPublicKey: asAuthor(ada).rootPublicKey }])).toBe(
        "channel.not_allowed",
      );
      const name = (username: string) =>
        server.app.db.write((tx) =>
          tx.update(accounts).set({ username }).where(eq(accounts.id, ada.me.accountId)),
        );
      await name("called.otherwise");
      expect(await restate([asAuthor(ada)])).toBe("put");
      await name("ada");
      expect(await restate([asAuthor(ben)])).toBe("put");
    });
  });
