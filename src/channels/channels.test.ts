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
import {
  CHANNEL_START,
  type ChannelAuthor,
  type EntryFacts,
  encodePost,
  encodeStatement,
  type Statement,
  verifyEntry,
} from "../protocol/channel-log.ts";
import * as wire from "../protocol/channels.ts";
import { encodeBinary } from "../protocol/codec.ts";
import { type ConversationId, type MessageId, newId } from "../protocol/ids.ts";
import { openCast, type Player } from "../testing/cast.ts";
import { dialects } from "../testing/dialects.ts";
import { invitePerson } from "../testing/people.ts";
import { commentBy, entryBy } from "../testing/sign-in-channel.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";
import { CHANNEL_ROOM } from "./channel-room.ts";
import { sweepChannels } from "./sweep-channels.ts";

const MINUTE = 60_000;

interface Channel {
  readonly id: ConversationId;
  readonly handle: string;
  head: { readonly sequence: number; readonly hash: Uint8Array<ArrayBuffer> };
}

for (const dialect of dialects)
  describe(`public channels on ${dialect}`, () => {
    let server: TestApp;
    let owner: Player;
    let ada: Player;
    let ben: Player;
    let cleo: Player;
    let made = 0;
    beforeAll(async () => {
      server = await openTestApp({ dialect });
      const cast = await openCast(server, "owner-of-it", "ada", "ben", "cleo");
      [owner, ada, ben, cleo] = cast as [Player, Player, Player, Player];
    });
    afterAll(() => server.close());

    const asAuthor = ({ me, identity }: Player): ChannelAuthor => ({
      accountId: me.accountId,
      username: me.username,
      rootPublicKey: Uint8Array.from(identity.rootPublicKey),
    });
    const statement = (handle: string, more: Partial<Statement> = {}): Statement => ({
      version: 1,
      handle,
      title: "News",
      description: "",
      comments: true,
      owner: asAuthor(owner),
      admins: [],
      ...more,
    });
    const entryOf = (
      by: Player,
      channel: Channel,
      facts: Partial<EntryFacts>,
      content: Uint8Array<ArrayBuffer>,
    ) =>
      entryBy(
        by,
        {
          channelId: channel.id,
          sequence: channel.head.sequence + 1,
          previous: channel.head.hash,
          kind: "post",
          id: newId<MessageId>(),
          target: null,
          at: server.clock.now(),
          ...facts,
        },
        content,
      );
    const found = async (
      more: Partial<Statement> = {},
      by = owner,
    ): Promise<Channel & { answer: string }> => {
      made += 1;
      server.clock.advance(MINUTE);
      const handle = more.handle ?? `news.${made}q`;
      const channel: Channel = { id: newId<ConversationId>(), handle, head: CHANNEL_START };
      const first = await entryOf(
        by,
        channel,
        { kind: "statement" },
        encodeStatement(statement(handle, more)),
      );
      const { refused } = await server.call(
        wire.createChannel,
        { channelId: channel.id, statement: first },
        by,
      );
      await move(channel, first);
      return { ...channel, answer: refused?.errorCode ?? "made" };
    };
    const move = async (channel: Channel, entry: ChannelEntry) => {
      const of = { origin: server.app.config.publicOrigin, channelId: channel.id };
      const verified = await verifyEntry(entry.header, of);
      if (verified) channel.head = verified;
    };
    const put = async (by: Player, channel: Channel, entry: ChannelEntry) => {
      const { refused } = await server.call(wire.putEntry, { channelId: channel.id, entry }, by);
      if (!refused) await move(channel, entry);
      return refused?.errorCode ?? "put";
    };
    const post = async (by: Player, channel: Channel, words: string, facts: Partial<EntryFacts> = {}) => {
      const id = newId<MessageId>();
      const entry = await entryOf(by, channel, { id, ...facts }, encodePost(words));
      return { id, entry, answer: await put(by, channel, entry) };
    };
    const read = async (channel: Channel, after = 0) =>
      (await server.call(wire.syncChannels, { known: [{ channelId: channel.id, after }] }, ben)).output;

    test("a channel is found by its exact name, by whoever is signed in and by nobody else", async () => {
      const channel = await found({ handle: "town.square" });
      expect(channel.answer).toBe("made");
      const { output } = await server.call(wire.findChannel, { handle: "Town.Square" }, ben);
      expect(output).toMatchObject({ channelId: channel.id, head: 1, subscribers: 1, subscribed: false });
      for (const handle of ["town", "townsquare"])
        expect((await server.call(wire.findChannel, { handle }, ben)).refused?.errorCode).toBe(
          "channel.not_found",
        );
      expect((await server.call(wire.findChannel, { handle: "town.square" })).status).toBe(401);
    });

    test("one name, and what looks like it, leads to one person or one channel", async () => {
      expect((await found({ handle: "ada" })).answer).toBe("username.taken");
      expect((await found({ handle: "a-d.a" })).answer).toBe("username.taken");
      expect((await found({ handle: "admin" })).answer).toBe("username.reserved");
      expect((await found({ handle: "garden" })).answer).toBe("made");
      expect((await found({ handle: "garclen" })).answer).toBe("username.taken");
      await expect(invitePerson(server, owner, "garden")).rejects.toThrow();
    });

    test("only authors whom the owner has signed for write, and the owner alone says who they are", async () => {
      const channel = await found();
      expect((await post(ada, channel, "mine")).answer).toBe("channel.not_allowed");
      const withAda = encodeStatement(statement(channel.handle, { admins: [asAuthor(ada)] }));
      const byAda = await entryOf(ada, channel, { kind: "statement" }, withAda);
      expect(await put(ada, channel, byAda)).toBe("channel.not_allowed");
      const byOwner = await entryOf(owner, channel, { kind: "statement" }, withAda);
      expect(await put(ada, channel, byOwner)).toBe("channel.not_allowed");
      expect(await put(owner, channel, byOwner)).toBe("put");
      expect((await post(ada, channel, "mine")).answer).toBe("put");
      const another = encodeStatement(statement(channel.handle, { owner: asAuthor(ada) }));
      expect(await put(owner, channel, await entryOf(owner, channel, { kind: "statement" }, another))).toBe(
        "channel.not_allowed",
      );
      const renamed = encodeStatement(statement("other.name"));
      expect(await put(owner, channel, await entryOf(owner, channel, { kind: "statement" }, renamed))).toBe(
        "channel.not_allowed",
      );
    });

    test("an entry stands behind the head that its author knew, and a retry is answered as before", async () => {
      const channel = await found();
      const { head } = channel;
      const first = await post(owner, channel, "one");
      expect(first.answer).toBe("put");
      const late = await entryOf(owner, { ...channel, head }, {}, encodePost("late"));
      expect(await put(owner, channel, late)).toBe("channel.moved");
      const unlinked = await entryOf(owner, channel, { previous: head.hash }, encodePost("unlinked"));
      expect(await put(owner, channel, unlinked)).toBe("channel.moved");
      expect(await put(owner, channel, first.entry)).toBe("put");
      expect((await read(channel)).channels[0]?.entries).toHaveLength(2);
    });

    test("what does not fit its signature, or no reader could show, is refused", async () => {
      const channel = await found();
      const { header, content } = await entryOf(owner, channel, {}, encodePost("signed"));
      expect(await put(owner, channel, { header, content: encodePost("changed") })).toBe("request.malformed");
      const broken = Uint8Array.from(header);
      broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1;
      expect(await put(owner, channel, { header: broken, content })).toBe("channel.not_allowed");
      const noWords = await entryOf(owner, channel, {}, new Uint8Array([1, 2, 3]));
      expect(await put(owner, channel, noWords)).toBe("request.malformed");
      const elsewhere = await found();
      expect(await put(owner, elsewhere, { header, content })).toBe("channel.not_allowed");
    });

    test("a post is changed by its author, and taken back by its author or the owner, with all it said", async () => {
      const channel = await found({ admins: [asAuthor(ada)] });
      const { id } = await post(ada, channel, "frist");
      expect((await post(owner, channel, "not mine", { kind: "edit", target: id })).answer).toBe(
        "channel.not_allowed",
      );
      expect((await post(ada, channel, "first", { kind: "edit", target: id })).answer).toBe("put");
      const takeBack = () => entryOf(owner, channel, { kind: "delete", target: id }, new Uint8Array());
      expect(await put(owner, channel, await takeBack())).toBe("put");
      expect(await put(owner, channel, await takeBack())).toBe("channel.not_allowed");
      const { entries = [] } = (await read(channel)).channels[0] ?? {};
      expect(entries.map(({ content }) => content === null)).toEqual([false, true, true, false]);
    });

    test("all history is read backwards, with the statement that held", async () => {
      const channel = await found();
      for (let place = 0; place < 60; place += 1) await post(owner, channel, `post ${place}`);
      const page = async (before: number) =>
        (await server.call(wire.readEntries, { channelId: channel.id, before }, ben)).output;
      const newest = await page(62);
      expect(newest.entries).toHaveLength(50);
      const oldest = await page(12);
      expect(oldest.entries).toHaveLength(11);
      expect(newest.statement).toEqual(oldest.entries[0] ?? null);
      const forward = await read(channel, 5);
      expect([forward.channels[0]?.entries.length, forward.more]).toEqual([50, true]);
      expect((await read(channel, 55)).more).toBe(false);
    });

    test("subscribers are counted once each, leave, and the owner stays", async () => {
      const channel = await found();
      const join = async (by: Player) =>
        (await server.call(wire.joinChannel, { channelId: channel.id }, by)).output.subscribers;
      expect([await join(ben), await join(ben), await join(ada)]).toEqual([2, 2, 3]);
      await server.call(wire.leaveChannel, { channelId: channel.id }, ben);
      expect((await read(channel)).channels[0]).toMatchObject({ subscribers: 2, subscribed: false });
      const left = await server.call(wire.leaveChannel, { channelId: channel.id }, owner);
      expect(left.refused?.errorCode).toBe("channel.not_allowed");
    });

    test("comments are written by those who joined, while they are on, and removed by their writer or an author", async () => {
      const channel = await found();
      const { id } = await post(owner, channel, "what do you think?");
      const comment = async (by: Player, post = id) => {
        const commentId = newId<MessageId>();
        const facts = { channelId: channel.id, id: commentId, post, at: server.clock.now() };
        const signed = await commentBy(by, facts, encodePost("good"));
        const { refused } = await server.call(wire.putComment, { channelId: channel.id, ...signed }, by);
        return { commentId, answer: refused?.errorCode ?? "put" };
      };
      const counted = async () =>
        (await server.call(wire.countComments, { channelId: channel.id, posts: [id] }, ben)).output.counts;
      expect((await comment(ben)).answer).toBe("channel.not_allowed");
      await server.call(wire.joinChannel, { channelId: channel.id }, ben);
      const first = await comment(ben);
      expect(first.answer).toBe("put");
      expect((await comment(ben, newId<MessageId>())).answer).toBe("channel.not_allowed");
      const second = await comment(owner);
      const shown = await server.call(wire.readComments, { channelId: channel.id, post: id }, ada);
      expect(shown.output.comments.map(({ username }) => username)).toEqual(["owner-of-it", "ben"]);
      expect(await counted()).toEqual([{ post: id, count: 2 }]);
      const drop = async (by: Player, commentId: MessageId) =>
        (await server.call(wire.deleteComment, { channelId: channel.id, commentId }, by)).refused?.errorCode;
      expect(await drop(ben, second.commentId)).toBe("channel.not_allowed");
      expect(await drop(owner, first.commentId)).toBeUndefined();
      expect(await counted()).toEqual([{ post: id, count: 1 }]);
      const off = encodeStatement(statement(channel.handle, { comments: false }));
      await put(owner, channel, await entryOf(owner, channel, { kind: "statement" }, off));
      expect((await comment(ben)).answer).toBe("channel.not_allowed");
    });

    test("a deleted channel is gone with all in it, and its name is free", async () => {
      const channel = await found({ handle: "short.lived" });
      const drop = async (by: Player) =>
        (await server.call(wire.deleteChannel, { channelId: channel.id }, by)).refused?.errorCode;
      expect(await drop(ada)).toBe("channel.not_allowed");
      expect(await drop(owner)).toBeUndefined();
      expect(await read(channel)).toEqual({ channels: [], gone: [channel.id], more: false });
      expect((await found({ handle: "short.lived" })).answer).toBe("made");
    });

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
      const channel = await found();
      const { id } = await post(owner, channel, "a");
      const padded = encodeBinary({ version: 1, kind: "text", text: "a", pad: new Uint8Array(9_000) });
      expect(await put(owner, channel, await entryOf(owner, channel, {}, padded))).toBe("request.malformed");
      expect(await comment(owner, channel, id, padded)).toBe("request.malformed");
    });

    test("an account's room ends its writing, and what is taken back gives room again", async () => {
      const channel = await found();
      const before = await used(owner);
      const { id } = await post(owner, channel, "x".repeat(5_000));
      expect(await comment(owner, channel, id)).toBe("put");
      const after = await used(owner);
      expect(after).toBeGreaterThan(before + 5_000);
      await setUsed(owner, CHANNEL_ROOM);
      expect((await post(owner, channel, "no more")).answer).toBe("channel.quota_full");
      expect(await comment(owner, channel, id)).toBe("channel.quota_full");
      const takeBack = await entryOf(owner, channel, { kind: "delete", target: id }, new Uint8Array());
      expect(await put(owner, channel, takeBack)).toBe("put");
      expect(await used(owner)).toBeLessThan(CHANNEL_ROOM - 5_000);
      expect((await post(owner, channel, "again")).answer).toBe("put");
      await setUsed(owner, after);
    });

    test("comments have a pace of their own", async () => {
      const channel = await found();
      const { id } = await post(owner, channel, "what do you think?");
      await server.call(wire.joinChannel, { channelId: channel.id }, ada);
      const answers = [];
      for (let index = 0; index < 31; index += 1) answers.push(await comment(ada, channel, id));
      expect(answers.filter((answer) => answer === "put").length).toBeLessThanOrEqual(30);
      expect(answers.at(-1)).toBe("request.too_many");
      server.clock.advance(MINUTE);
    });

    test("with a post that is taken back its comments are not served any more, and go", async () => {
      const channel = await found();
      const { id } = await post(owner, channel, "what do you think?");
      expect(await comment(owner, channel, id)).toBe("put");
      const takeBack = await entryOf(owner, channel, { kind: "delete", target: id }, new Uint8Array());
      expect(await put(owner, channel, takeBack)).toBe("put");
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
      const channel = await found({ admins: [asAuthor(ben)] });
      const { id } = await post(ben, channel, "first");
      for (let place = 0; place < 230; place += 1) await post(owner, channel, `post ${place}`);
      expect(await comment(owner, channel, id)).toBe("put");
      await server.call(wire.joinChannel, { channelId: channel.id }, ben);
      expect((await server.call(wire.deleteChannel, { channelId: channel.id }, owner)).status).toBe(200);
      expect((await post(owner, channel, "late")).answer).toBe("channel.not_found");
      await sweepChannels(server.app);
      const { read } = server.app.db;
      for (const table of [channelEntries, channelComments, channelSubscribers])
        expect(await read.select().from(table).where(eq(table.channelId, channel.id))).toEqual([]);
      expect(await read.select().from(channels).where(eq(channels.id, channel.id))).toEqual([]);
      expect([await used(owner), await used(ben)]).toEqual(room);
    });

    test("the same channel is asked for once, and a question about many costs more than one about one", async () => {
      const channel = await found();
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
      const channel = await found();
      for (let place = 0; place < 40; place += 1) await post(owner, channel, "\u{1f33f}".repeat(8_000));
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
      expect((await found({ owner: asAda })).answer).toBe("channel.not_allowed");
      const channel = await found({ admins: [asAuthor(ada)] });
      const restate = async (admins: ChannelAuthor[]) =>
        put(
          owner,
          channel,
          await entryOf(
            owner,
            channel,
            { kind: "statement" },
            encodeStatement(statement(channel.handle, { admins })),
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
