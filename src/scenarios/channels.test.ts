import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import * as v from "valibot";
import { decodeDevice } from "../../web/crypto/device.ts";
import type { Platform } from "../../web/delivery/platform/platform.ts";
import type { ChannelEntry } from "../protocol/channel-frames.ts";
import { decodePost, encodePost } from "../protocol/channel-log.ts";
import { putEntry, syncChannels } from "../protocol/channels.ts";
import { decodeBinary, encodeBinary } from "../protocol/codec.ts";
import { frameDown } from "../protocol/delivery.ts";
import { type AccountId, type ConversationId, type MessageId, newId } from "../protocol/ids.ts";
import { entryOf } from "../testing/sign-in-channel.ts";
import { readAll, type Screen, until, watch } from "./person.ts";
import { startAgain, storedBy } from "./talking.ts";
import { type World, worlds } from "./world.ts";

setDefaultTimeout(60_000);

let made = 0;

/** As fast as the server takes them for long. */
const BETWEEN_COMMENTS = 3_000;

for (const { name, open } of worlds()) {
  describe(`public channels on ${name}`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    test("a post reaches who reads live and who was away, and is found by search", async () => {
      const { owner, reader, readerPerson, id } = await story(world);
      expect(reader.conversations.get(id)).toMatchObject({
        kind: "channel",
        channel: { subscribers: 2, comments: true, mayWrite: false, isOwner: false },
        group: { name: "News of the town" },
        unread: 0,
      });
      await post(owner, id, "the *market* opens");
      await until("it is read live", () => reader.texts(id).includes("the *market* opens"));
      await until("it is counted", () => reader.conversations.get(id)?.unread === 1);
      await reader.close();
      await post(owner, id, "and closes");
      const back = await startAgain(readerPerson);
      await until("what was missed is there", () => back.conversations.get(id)?.unread === 2);
      expect(await readAll(back, id)).toEqual(["the *market* opens", "and closes"]);
      const { messages } = await back.do({ kind: "read_history", conversationId: id, after: 0 });
      expect(messages.map(({ body }) => body)).toEqual([
        { kind: "text", text: "the *market* opens" },
        { kind: "text", text: "and closes" },
      ]);
      const { hits } = await back.do({ kind: "search", text: "market" });
      expect(hits).toMatchObject([{ conversationId: id, text: "the *market* opens" }]);
      await back.do({ kind: "seen", conversationId: id, upTo: 99 });
      expect(back.conversations.get(id)).toMatchObject({ unread: 0, readUpTo: 3 });
      await back.do({ kind: "shelve", conversationId: id, muted: true });
      expect(back.conversations.get(id)?.shelf?.muted).toBe(true);
      await closeAll(owner, back);
    });

    test("whoever comes late reads all of the past, page by page, as it was changed since", async () => {
      const { owner, reader, id, handle } = await story(world);
      for (let place = 1; place <= 70; place += 1) await post(owner, id, `post ${place}`);
      const [first, second] = [...owner.messages.values()].filter(({ body }) => body.kind === "text");
      await change(owner, id, first?.id, "post one");
      await change(owner, id, second?.id, undefined);
      for (let place = 71; place <= 130; place += 1) await post(owner, id, `post ${place}`);
      const latePerson = await world.person();
      const late = watch(latePerson.messenger);
      await late.do({ kind: "join_channel", handle });
      expect(late.conversations.get(id)?.unread).toBe(0);
      await late.do({ kind: "open", conversationId: id });
      const pages = () => late.patches.flatMap((patch) => (patch.kind === "messages" ? patch : []));
      while (pages().at(-1)?.reachedStart === false) {
        const oldest = Math.min(...[...late.messages.values()].map(({ sequence }) => sequence ?? Infinity));
        await late.do({ kind: "more", conversationId: id, before: oldest });
      }
      const texts = late.texts(id);
      expect(texts).toHaveLength(130);
      expect(texts.slice(0, 3)).toEqual(["post one", "(deleted)", "post 3"]);
      expect(texts.at(-1)).toBe("post 130");
      expect(late.conversations.get(id)?.doubt).toBeUndefined();
      await until("the reader has them too", () => reader.texts(id).length === 130);
      expect(reader.texts(id).slice(0, 3)).toEqual(["post one", "(deleted)", "post 3"]);
      await closeAll(owner, reader, late);
    });

    test("who is no author is refused by the server, and by readers when the server is not", async () => {
      let smuggled: ChannelEntry | undefined;
      const { owner, reader, readerPerson, id } = await story(world, (entries) =>
        smuggled ? [...entries, smuggled] : entries,
      );
      await expect(reader.do({ kind: "post", conversationId: id, text: "mine" })).rejects.toMatchObject({
        code: "channel.not_allowed",
      });
      const kept = await storedBy(readerPerson);
      const stored = await kept.read("channels", id);
      const identity = await kept.read("identity", "device");
      if (!identity || !stored) throw new Error("nothing stored");
      const facts = { channelId: id, sequence: stored.cursor + 1, previous: stored.chain };
      smuggled = await entryOf(decodeDevice(identity.device), facts, encodePost("smuggled"));
      const direct = readerPerson.call(putEntry, { channelId: id, entry: smuggled });
      await expect(direct).rejects.toMatchObject({ code: "channel.not_allowed" });
      const back = await reader.close().then(() => startAgain(readerPerson));
      await until("it is shown as refused", async () => (await readAll(back, id)).includes("(refused)"));
      await until("it is doubted", () => back.conversations.get(id)?.doubt === "history_differs");
      expect(await readAll(back, id)).toEqual(["(refused)"]);
      expect(back.conversations.get(id)?.unread).toBe(0);
      smuggled = undefined;
      await post(owner, id, "true");
      await until("what is true takes its place", () => back.texts(id).join() === "true");
      await closeAll(owner, back);
    });

    test("an admin whom the owner names writes, and no more once they are not named", async () => {
      const { owner, reader, readerPerson, id } = await story(world);
      const { username } = readerPerson.me;
      const admin = { kind: "set_channel_admin", conversationId: id, username } as const;
      await owner.do({ ...admin, admin: true });
      await until("the reader may write", () => reader.conversations.get(id)?.channel?.mayWrite === true);
      await Promise.all([post(reader, id, "one"), post(owner, id, "two"), post(reader, id, "three")]);
      await until("all are there", () => owner.texts(id).length === 3 && reader.texts(id).length === 3);
      expect(owner.texts(id)).toEqual(reader.texts(id));
      await owner.do({ ...admin, admin: false });
      await until("no more", () => reader.conversations.get(id)?.channel?.mayWrite === false);
      await expect(post(reader, id, "four")).rejects.toMatchObject({ code: "channel.not_allowed" });
      expect(owner.conversations.get(id)?.doubt).toBeUndefined();
      await closeAll(owner, reader);
    });

    test("words that the server changed are shown as refused, and what it blanks too, until a deletion is signed", async () => {
      let touch = (entry: ChannelEntry) => entry;
      const { owner, reader, id } = await story(world, (entries) => entries.map((one) => touch(one)));
      touch = (entry) => ({ ...entry, content: encodePost("forged") });
      await post(owner, id, "true");
      await until("it is refused", () => reader.texts(id).includes("(refused)"));
      touch = (entry) => ({ ...entry, content: null });
      await post(owner, id, "withheld");
      await until("it is refused too", () => reader.texts(id).join() === "(refused),(refused)");
      touch = (entry) => entry;
      const withheld = [...owner.messages.values()].find(
        ({ body }) => body.kind === "text" && body.text === "withheld",
      );
      await change(owner, id, withheld?.id, undefined);
      await until("it was taken back", () => reader.texts(id).join() === "(refused),(deleted)");
      await closeAll(owner, reader);
    });

    test("a post left out or put out of order is found out by the next one; the newest can be kept back unseen", async () => {
      let held: ChannelEntry | undefined;
      let holds = true;
      const { owner, reader, id } = await story(world, (entries) =>
        entries.filter((entry) => {
          held ??= holds ? entry : undefined;
          return !holds || encodeBinary(entry).join() !== encodeBinary(held).join();
        }),
      );
      await post(owner, id, "one");
      await Bun.sleep(300);
      expect(reader.texts(id)).toEqual([]);
      expect(reader.conversations.get(id)?.doubt).toBeUndefined();
      await post(owner, id, "two");
      await until("the next one tells", () => reader.conversations.get(id)?.doubt === "history_differs");
      expect(reader.texts(id)).toEqual(["two"]);
      holds = false;
      await closeAll(owner, reader);
    });

    test("two posts that changed places, live and on every page, are found out", async () => {
      let first: ChannelEntry | undefined;
      const swapped: Rewrite = (entries) =>
        entries.flatMap((entry) => {
          const text = entry.content && decodePost(entry.content);
          if (text === "one") first = entry;
          if (text === "one") return [];
          return text === "two" && first ? [entry, first] : [entry];
        });
      const { owner, reader, readerPerson, id } = await story(world, swapped);
      for (const text of ["one", "two"]) await post(owner, id, text);
      await until("the reader is told", () => reader.conversations.get(id)?.doubt === "history_differs");
      expect(owner.conversations.get(id)?.doubt).toBeUndefined();
      await reader.close();
      const back = await startAgain(readerPerson);
      await post(owner, id, "three");
      await until("the next one is read", () => back.texts(id).includes("three"));
      expect(back.conversations.get(id)?.doubt).toBe("history_differs");
      await closeAll(owner, back);
    });

    test("comments are read by all, written by who joined while they are on, and removed by an author", async () => {
      const { owner, reader, id } = await story(world);
      await post(owner, id, "what do you think?");
      const about =
        [...owner.messages.values()].find(({ body }) => body.kind === "text")?.id ?? newId<MessageId>();
      const where = { conversationId: id, post: about };
      await reader.do({ kind: "comment", ...where, text: "good" });
      await until("the owner is told", () => owner.patches.some(({ kind }) => kind === "commented"));
      const [comment] = await commentsOn(owner, where);
      expect(comment).toMatchObject({ text: "good", mine: false });
      expect(await reader.do({ kind: "count_comments", conversationId: id, posts: [about] })).toEqual([
        { post: about, count: 1 },
      ]);
      await owner.do({ kind: "delete_comment", conversationId: id, commentId: comment?.id ?? about });
      expect(await commentsOn(reader, where)).toEqual([]);
      await owner.do({ kind: "change_channel", conversationId: id, comments: false });
      await until("it is known", () => reader.conversations.get(id)?.channel?.comments === false);
      await expect(reader.do({ kind: "comment", ...where, text: "more" })).rejects.toMatchObject({
        code: "channel.not_allowed",
      });
      await closeAll(owner, reader);
    });

    test("comments of who is blocked are passed over, however many, and are there again after", async () => {
      const { owner, reader, id, handle } = await story(world);
      const third = watch((await world.person()).messenger);
      await third.do({ kind: "join_channel", handle });
      await post(owner, id, "what do you think?");
      const about =
        [...owner.messages.values()].find(({ body }) => body.kind === "text")?.id ?? newId<MessageId>();
      const where = { conversationId: id, post: about };
      await third.do({ kind: "comment", ...where, text: "plums" });
      for (let place = 1; place <= 50; place += 1) {
        world.test.clock.advance(BETWEEN_COMMENTS);
        await reader.do({ kind: "comment", ...where, text: `buy ${place}` });
      }
      const [spam] = await commentsOn(owner, where);
      if (!spam) throw new Error("nothing came");
      await owner.do({ kind: "stand_to", accountId: spam.sender, standing: "blocked" });
      const first = await owner.do({ kind: "read_comments", ...where, before: 0 });
      expect(first.comments).toEqual([]);
      const second = await owner.do({ kind: "read_comments", ...where, before: first.next ?? 0 });
      expect(second).toMatchObject({ comments: [{ text: "plums" }], next: undefined });
      expect(await commentsOn(third, where)).toHaveLength(50);
      await owner.do({ kind: "stand_to", accountId: spam.sender, standing: "accepted" });
      expect(await commentsOn(owner, where)).toHaveLength(50);
      await closeAll(owner, reader, third);
    });

    test("a comment under somebody else's name, or with other words, is not shown as theirs", async () => {
      let forge = false;
      const { owner, reader, id } = await story(world, undefined, (body) =>
        forge
          ? { ...body, comments: body.comments.map((one) => ({ ...one, content: encodePost("bad") })) }
          : body,
      );
      await post(owner, id, "what do you think?");
      const about =
        [...owner.messages.values()].find(({ body }) => body.kind === "text")?.id ?? newId<MessageId>();
      await owner.do({ kind: "comment", conversationId: id, post: about, text: "good" });
      forge = true;
      const [shown] = await commentsOn(reader, { conversationId: id, post: about });
      expect(shown?.text).toBeUndefined();
      await closeAll(owner, reader);
    });

    test("whoever leaves hears nothing more and keeps nothing, and a deleted channel is said to be gone", async () => {
      const { owner, reader, readerPerson, id, handle } = await story(world);
      await post(owner, id, "one");
      await until("it is there", () => reader.texts(id).includes("one"));
      await reader.do({ kind: "leave_channel", conversationId: id });
      expect(reader.patches).toContainEqual({ kind: "forgotten", conversationId: id });
      await post(owner, id, "two");
      await Bun.sleep(200);
      expect(reader.texts(id)).toEqual([]);
      expect(await (await storedBy(readerPerson)).read("channels", id)).toBeUndefined();
      await reader.do({ kind: "join_channel", handle });
      expect(await readAll(reader, id)).toEqual(["one", "two"]);
      await expect(owner.do({ kind: "leave_channel", conversationId: id })).rejects.toMatchObject({
        code: "channel.not_allowed",
      });
      await owner.do({ kind: "delete_channel", conversationId: id });
      await until("it is gone", () => reader.conversations.get(id)?.state === "frozen");
      expect(await readAll(reader, id)).toEqual(["one", "two"]);
      await expect(reader.do({ kind: "find_channel", handle })).rejects.toMatchObject({
        code: "channel.not_found",
      });
      await closeAll(owner, reader);
    });

    test("an owner who bears the name of somebody known is not believed to be them", async () => {
      const { owner, reader, ownerPerson, handle } = await story(world);
      const knowing = await world.person();
      const screen = watch(knowing.messenger);
      await until("it is ready", () => screen.connection() === "online");
      const known = { root: new Uint8Array(32).fill(1), seenAt: 1, firstUse: true };
      const { username } = ownerPerson.me;
      const vault = await storedBy(knowing);
      await vault.change(async (change) => change.put("pins", newId<AccountId>(), { username, ...known }));
      for (const kind of ["find_channel", "join_channel"] as const)
        await expect(screen.do({ kind, handle })).rejects.toThrow("identity_changed");
      await closeAll(owner, reader, screen);
    });
  });
}

type Rewrite = (entries: ChannelEntry[]) => ChannelEntry[];
interface Comments {
  comments: { content: Uint8Array }[];
}

/** A channel of one, joined by another to whom the server lies as told. */
async function story(
  world: World,
  rewrite?: Rewrite,
  comments: (body: Comments) => Comments = (same) => same,
) {
  made += 1;
  const handle = `town.news${made}`;
  const ownerPerson = await world.person();
  const readerPerson = await world.person(
    rewrite || comments
      ? { through: (platform) => lying(platform, rewrite ?? ((same) => same), comments) }
      : {},
  );
  const [owner, reader] = [watch(ownerPerson.messenger), watch(readerPerson.messenger)];
  await until("both are ready", () => owner.connection() === "online" && reader.connection() === "online");
  const about = { title: "News of the town", description: "", comments: true };
  const id = await owner.do({ kind: "create_channel", handle, ...about });
  expect(await reader.do({ kind: "find_channel", handle })).toMatchObject({
    ...about,
    owner: ownerPerson.me.username,
    subscribers: 1,
    conversationId: undefined,
  });
  expect(await reader.do({ kind: "join_channel", handle })).toBe(id);
  return { owner, reader, ownerPerson, readerPerson, id, handle };
}

async function commentsOn(screen: Screen, where: { conversationId: ConversationId; post: MessageId }) {
  return (await screen.do({ kind: "read_comments", ...where, before: 0 })).comments;
}

const post = (by: Screen, conversationId: ConversationId, text: string) =>
  by.do({ kind: "post", conversationId, text });

const change = (
  by: Screen,
  conversationId: ConversationId,
  post: MessageId | undefined,
  text: string | undefined,
) => by.do({ kind: "change_post", conversationId, post: post ?? newId<MessageId>(), text });

async function closeAll(...screens: readonly Screen[]) {
  await Promise.all(screens.map((screen) => screen.close()));
}

function lying(platform: Platform, rewrite: Rewrite, comments: (body: Comments) => Comments): Platform {
  return {
    ...platform,
    fetch: async (url, init) => {
      const answer = await platform.fetch(url, init);
      if (answer.ok && /\/comments\?/.test(url))
        return new Response(encodeBinary(comments(decodeBinary(await answer.bytes()) as Comments)));
      if (!answer.ok || !url.endsWith("/api/channels/sync")) return answer;
      const page = v.parse(syncChannels.output, decodeBinary(await answer.bytes()));
      const channels = page.channels.map((one) => ({ ...one, entries: rewrite(one.entries) }));
      return new Response(encodeBinary({ ...page, channels }));
    },
    openSocket: (path, handlers) =>
      platform.openSocket(path, {
        ...handlers,
        received: (bytes) => {
          const frame = v.parse(frameDown, decodeBinary(bytes));
          if (frame.t !== "channel") return handlers.received(bytes);
          handlers.received(encodeBinary({ ...frame, entries: rewrite(frame.entries) }));
        },
      }),
  };
}
