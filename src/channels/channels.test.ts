import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { encodePost, encodeStatement } from "../protocol/channel-log.ts";
import * as wire from "../protocol/channels.ts";
import { type MessageId, newId } from "../protocol/ids.ts";
import { openCast, type Player } from "../testing/cast.ts";
import { dialects } from "../testing/dialects.ts";
import { invitePerson } from "../testing/people.ts";
import { commentBy } from "../testing/sign-in-channel.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";
import { asAuthor, type Channel, openChannels } from "../testing/write-in-channel.ts";

for (const dialect of dialects)
  describe(`public channels on ${dialect}`, () => {
    let server: TestApp;
    let owner: Player;
    let ada: Player;
    let ben: Player;
    let desk: ReturnType<typeof openChannels>;
    beforeAll(async () => {
      server = await openTestApp({ dialect });
      [owner, ada, ben] = (await openCast(server, "owner-of-it", "ada", "ben")) as [Player, Player, Player];
      desk = openChannels(server, owner);
    });
    afterAll(() => server.close());

    const read = async (channel: Channel, after = 0) =>
      (await server.call(wire.syncChannels, { known: [{ channelId: channel.id, after }] }, ben)).output;

    test("a channel is found by its exact name, by whoever is signed in and by nobody else", async () => {
      const channel = await desk.found({ handle: "town.square" });
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
      expect((await desk.found({ handle: "ada" })).answer).toBe("username.taken");
      expect((await desk.found({ handle: "a-d.a" })).answer).toBe("username.taken");
      expect((await desk.found({ handle: "admin" })).answer).toBe("username.reserved");
      expect((await desk.found({ handle: "garden" })).answer).toBe("made");
      expect((await desk.found({ handle: "garclen" })).answer).toBe("username.taken");
      await expect(invitePerson(server, owner, "garden")).rejects.toThrow();
    });

    test("only authors whom the owner has signed for write, and the owner alone says who they are", async () => {
      const channel = await desk.found();
      expect((await desk.post(ada, channel, "mine")).answer).toBe("channel.not_allowed");
      const withAda = encodeStatement(desk.statement(channel.handle, { admins: [asAuthor(ada)] }));
      const byAda = await desk.entryOf(ada, channel, { kind: "statement" }, withAda);
      expect(await desk.put(ada, channel, byAda)).toBe("channel.not_allowed");
      const byOwner = await desk.entryOf(owner, channel, { kind: "statement" }, withAda);
      expect(await desk.put(ada, channel, byOwner)).toBe("channel.not_allowed");
      expect(await desk.put(owner, channel, byOwner)).toBe("put");
      expect((await desk.post(ada, channel, "mine")).answer).toBe("put");
      const another = encodeStatement(desk.statement(channel.handle, { owner: asAuthor(ada) }));
      expect(
        await desk.put(owner, channel, await desk.entryOf(owner, channel, { kind: "statement" }, another)),
      ).toBe("channel.not_allowed");
      const renamed = encodeStatement(desk.statement("other.name"));
      expect(
        await desk.put(owner, channel, await desk.entryOf(owner, channel, { kind: "statement" }, renamed)),
      ).toBe("channel.not_allowed");
    });

    test("an entry stands behind the head that its author knew, and a retry is answered as before", async () => {
      const channel = await desk.found();
      const { head } = channel;
      const first = await desk.post(owner, channel, "one");
      expect(first.answer).toBe("put");
      const late = await desk.entryOf(owner, { ...channel, head }, {}, encodePost("late"));
      expect(await desk.put(owner, channel, late)).toBe("channel.moved");
      const unlinked = await desk.entryOf(owner, channel, { previous: head.hash }, encodePost("unlinked"));
      expect(await desk.put(owner, channel, unlinked)).toBe("channel.moved");
      expect(await desk.put(owner, channel, first.entry)).toBe("put");
      expect((await read(channel)).channels[0]?.entries).toHaveLength(2);
    });

    test("what does not fit its signature, or no reader could show, is refused", async () => {
      const channel = await desk.found();
      const { header, content } = await desk.entryOf(owner, channel, {}, encodePost("signed"));
      expect(await desk.put(owner, channel, { header, content: encodePost("changed") })).toBe(
        "request.malformed",
      );
      const broken = Uint8Array.from(header);
      broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1;
      expect(await desk.put(owner, channel, { header: broken, content })).toBe("channel.not_allowed");
      const noWords = await desk.entryOf(owner, channel, {}, new Uint8Array([1, 2, 3]));
      expect(await desk.put(owner, channel, noWords)).toBe("request.malformed");
      const elsewhere = await desk.found();
      expect(await desk.put(owner, elsewhere, { header, content })).toBe("channel.not_allowed");
    });

    test("a post is changed by its author, and taken back by its author or the owner, with all it said", async () => {
      const channel = await desk.found({ admins: [asAuthor(ada)] });
      const { id } = await desk.post(ada, channel, "frist");
      expect((await desk.post(owner, channel, "not mine", { kind: "edit", target: id })).answer).toBe(
        "channel.not_allowed",
      );
      expect((await desk.post(ada, channel, "first", { kind: "edit", target: id })).answer).toBe("put");
      const takeBack = () => desk.entryOf(owner, channel, { kind: "delete", target: id }, new Uint8Array());
      expect(await desk.put(owner, channel, await takeBack())).toBe("put");
      expect(await desk.put(owner, channel, await takeBack())).toBe("channel.not_allowed");
      const { entries = [] } = (await read(channel)).channels[0] ?? {};
      expect(entries.map(({ content }) => content === null)).toEqual([false, true, true, false]);
    });

    test("all history is read backwards, with the statement that held", async () => {
      const channel = await desk.found();
      for (let place = 0; place < 60; place += 1) await desk.post(owner, channel, `post ${place}`);
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
      const channel = await desk.found();
      const join = async (by: Player) =>
        (await server.call(wire.joinChannel, { channelId: channel.id }, by)).output.subscribers;
      expect([await join(ben), await join(ben), await join(ada)]).toEqual([2, 2, 3]);
      await server.call(wire.leaveChannel, { channelId: channel.id }, ben);
      expect((await read(channel)).channels[0]).toMatchObject({ subscribers: 2, subscribed: false });
      const left = await server.call(wire.leaveChannel, { channelId: channel.id }, owner);
      expect(left.refused?.errorCode).toBe("channel.not_allowed");
    });

    test("comments are written by those who joined, while they are on, and removed by their writer or an author", async () => {
      const channel = await desk.found();
      const { id } = await desk.post(owner, channel, "what do you think?");
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
      const off = encodeStatement(desk.statement(channel.handle, { comments: false }));
      await desk.put(owner, channel, await desk.entryOf(owner, channel, { kind: "statement" }, off));
      expect((await comment(ben)).answer).toBe("channel.not_allowed");
    });

    test("a deleted channel is gone with all in it, and its name is free", async () => {
      const channel = await desk.found({ handle: "short.lived" });
      const drop = async (by: Player) =>
        (await server.call(wire.deleteChannel, { channelId: channel.id }, by)).refused?.errorCode;
      expect(await drop(ada)).toBe("channel.not_allowed");
      expect(await drop(owner)).toBeUndefined();
      expect(await read(channel)).toEqual({ channels: [], gone: [channel.id], more: false });
      expect((await desk.found({ handle: "short.lived" })).answer).toBe("made");
    });
  });
