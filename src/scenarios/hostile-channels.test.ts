import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { decodeDevice } from "../../web/crypto/device.ts";
import type { Platform } from "../../web/delivery/platform/platform.ts";
import type { ChannelEntry } from "../protocol/channel-frames.ts";
import { encodePost } from "../protocol/channel-log.ts";
import { findChannel } from "../protocol/channels.ts";
import { decodeBinary, encodeBinary } from "../protocol/codec.ts";
import type { ConversationId } from "../protocol/ids.ts";
import { entryOf } from "../testing/sign-in-channel.ts";
import { come, type Member } from "./grouping.ts";
import { readAll, until } from "./person.ts";
import { storedBy } from "./talking.ts";
import { type World, worlds } from "./world.ts";

setDefaultTimeout(60_000);

for (const { name, open } of worlds()) {
  describe(`who writes in a public channel no more, with the server of ${name},`, async () => {
    const world = await open();
    afterAll(() => world.stop());

    test("writes nothing behind others for whoever is shown what the owner says now", async () => {
      const { owner, former, handle, id, lie } = await dismissal(world);
      const late = await come(world, (platform) => behind(platform, id, { ...lie, statement: undefined }));
      await expect(late.screen.do({ kind: "join_channel", handle })).rejects.toThrow();
      expect(late.screen.conversations.has(id)).toBe(false);
      await Promise.all([owner, former, late].map((one) => one.close()));
    });

    test("is found out by the next that is signed, and by whoever reads back", async () => {
      const { owner, former, handle, id, lie } = await dismissal(world);
      const [one, other] = [
        await come(world, (platform) => behind(platform, id, lie)),
        await come(world, (platform) => behind(platform, id, lie)),
      ];
      for (const { screen } of [one, other]) {
        await screen.do({ kind: "join_channel", handle });
        expect(screen.conversations.get(id)?.doubt).toBeUndefined();
      }
      await readAll(other.screen, id).catch(() => undefined);
      await until("who reads back doubts", () => other.screen.conversations.get(id)?.doubt !== undefined);
      expect(one.screen.conversations.get(id)?.doubt).toBeUndefined();
      await owner.screen.do({ kind: "post", conversationId: id, text: "the next true one" });
      await until("who reads on doubts", () => one.screen.conversations.get(id)?.doubt !== undefined);
      await Promise.all([owner, former, one, other].map((somebody) => somebody.close()));
    });
  });
}

interface Lied {
  /** What the owner said before. */
  readonly statement: ChannelEntry | undefined;
  readonly held: ChannelEntry;
  readonly forged: ChannelEntry;
  readonly head: number;
}

/** Somebody wrote in a channel until the owner named them no more. */
async function dismissal(world: World) {
  const [owner, former] = [await come(world), await come(world)];
  const handle = `news${Math.floor(Math.random() * 1e9)}`;
  const about = { title: "News", description: "", comments: false };
  const id = await owner.screen.do({ kind: "create_channel", handle, ...about });
  await former.screen.do({ kind: "join_channel", handle });
  await appoint(owner, former, id, true);
  const { statement } = await owner.person.call(findChannel, { handle });
  await appoint(owner, former, id, false);
  await owner.screen.do({ kind: "post", conversationId: id, text: "they are dismissed" });
  await until("they know", () => former.screen.texts(id).includes("they are dismissed"));
  return { owner, former, handle, id, lie: { statement, held: statement, ...(await forge(former, id)) } };
}

async function appoint(owner: Member, { name, screen }: Member, id: ConversationId, admin: boolean) {
  await owner.screen.do({ kind: "set_channel_admin", conversationId: id, username: name, admin });
  await until("they know", () => (screen.conversations.get(id)?.channel?.mayWrite ?? false) === admin);
}

async function forge({ person }: Member, channelId: ConversationId) {
  const vault = await storedBy(person);
  const [identity, channel] = [
    await vault.read("identity", "device"),
    await vault.read("channels", channelId),
  ];
  if (!identity || !channel) throw new Error("nothing is kept");
  const head = channel.cursor + 1;
  const place = { channelId, sequence: head, previous: channel.chain };
  return { head, forged: await entryOf(decodeDevice(identity.device), place, encodePost("forged")) };
}

/** Shows the last true entry, what is forged behind it, and what the owner said before; the rest as it is. */
function behind(platform: Platform, id: ConversationId, { statement, held, forged, head }: Lied): Platform {
  let isFirst = true;
  return {
    ...platform,
    fetch: async (url, init) => {
      const answer = await platform.fetch(url, init);
      if (!answer.ok) return answer;
      if (statement && url.includes("/api/channels/by-name/")) {
        const card = decodeBinary(await answer.bytes()) as object;
        return new Response(encodeBinary({ ...card, statement }));
      }
      if (url.endsWith("/api/channels/sync")) {
        const page = decodeBinary(await answer.bytes()) as { channels: { head: number }[] };
        const channels = page.channels.map((one) => ({ ...one, head: Math.max(one.head, head) }));
        return new Response(encodeBinary({ ...page, channels }));
      }
      if (!isFirst || !url.includes(`${id}/entries`) || init?.method !== "GET") return answer;
      isFirst = false;
      const { entries } = decodeBinary(await answer.bytes()) as { entries: ChannelEntry[] };
      const shown = [...entries.slice(-1), forged];
      return new Response(encodeBinary({ entries: shown, statement: held }));
    },
  };
}
