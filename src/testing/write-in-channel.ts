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
import { type ConversationId, type MessageId, newId } from "../protocol/ids.ts";
import type { Player } from "./cast.ts";
import { entryBy } from "./sign-in-channel.ts";
import type { TestApp } from "./test-app.ts";

/** Channels are founded this far from each other, so that no pace is met. */
const MINUTE = 60_000;

export interface Channel {
  readonly id: ConversationId;
  readonly handle: string;
  head: { readonly sequence: number; readonly hash: Uint8Array<ArrayBuffer> };
}

export const asAuthor = ({ me, identity }: Player): ChannelAuthor => ({
  accountId: me.accountId,
  username: me.username,
  rootPublicKey: Uint8Array.from(identity.rootPublicKey),
});

/** Founding and writing in public channels of this owner, each entry behind the one before. */
export function openChannels(server: TestApp, owner: Player) {
  let made = 0;
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
  const found = async (more: Partial<Statement> = {}, by = owner): Promise<Channel & { answer: string }> => {
    made += 1;
    server.clock.advance(MINUTE);
    const handle = more.handle ?? `news.${made}q`;
    const channel: Channel = { id: newId<ConversationId>(), handle, head: CHANNEL_START };
    const first = await entryOf(by, channel, { kind: "statement" }, encodeStatement(statement(handle, more)));
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
  return { statement, entryOf, found, put, post };
}
