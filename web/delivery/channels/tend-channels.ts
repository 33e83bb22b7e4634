import { CHANNEL_PAGE } from "../../../src/protocol/channel-frames.ts";
import { syncChannels } from "../../../src/protocol/channels.ts";
import type { FrameDown, FrameUp } from "../../../src/protocol/delivery.ts";
import type { ConversationId } from "../../../src/protocol/ids.ts";
import { EVERYTHING } from "../../storage/key.ts";
import type { Client } from "../client.ts";
import { verifyAll } from "./fold-entries.ts";
import { changeChannel, receiveEntries } from "./receive-entries.ts";

const ALL = 500;

/** At each connection: heard first, so that nothing falls between; then one question for what is new in all. */
export async function tendChannels(client: Client, send: (frame: FrameUp) => void): Promise<void> {
  const ids = await channelIds(client);
  send({ t: "hear_channels", channels: ids });
  await catchUpChannels(client, ids);
}

async function channelIds(client: Client): Promise<ConversationId[]> {
  const all = await client.vault.list("channels", { ...EVERYTHING, limit: ALL });
  return all.filter(({ value }) => !value.gone).map(({ key }) => key as ConversationId);
}

export async function catchUpChannels(client: Client, ids: readonly ConversationId[]): Promise<void> {
  let asked = ids;
  while (asked.length > 0) {
    const known = [];
    for (const channelId of asked) {
      const channel = await client.vault.read("channels", channelId);
      if (channel) known.push({ channelId, after: channel.cursor });
    }
    if (known.length === 0) return;
    const { channels, gone } = await client.call(syncChannels, { known });
    for (const id of gone.filter((one) => asked.includes(one))) await noteGone(client, id);
    const behind: ConversationId[] = [];
    for (const { channelId, head, subscribers, entries } of channels) {
      const before = known.find((one) => one.channelId === channelId)?.after;
      if (before === undefined) continue;
      const come = await verifyAll(client, channelId, entries.slice(0, CHANNEL_PAGE));
      const cursor = await receiveEntries(client, channelId, come, { subscribers, head });
      // Where nothing moved nothing will: what came was refused.
      if (cursor < head && (cursor > before || entries.length === 0)) behind.push(channelId);
    }
    if (behind.length === asked.length && channels.every(({ entries }) => entries.length === 0)) return;
    asked = behind;
  }
}

export function noteGone(client: Client, id: ConversationId): Promise<unknown> {
  return changeChannel(client, id, async (fold) => {
    fold.channel = { ...fold.channel, gone: true };
  });
}

/** Live: what does not follow at once is asked for instead; what is here already is compared. */
export async function receiveFrame(client: Client, frame: Extract<FrameDown, { t: "channel" }>) {
  const { channelId: id, entries, commented, gone } = frame;
  const channel = await client.vault.read("channels", id);
  if (!channel) return;
  if (gone) await catchUpChannels(client, [id]);
  if (commented) client.tell({ kind: "commented", conversationId: id, post: commented });
  if (entries.length === 0) return;
  const come = await verifyAll(client, id, entries);
  const isNext = come.every(({ entry }, place) => entry?.sequence === channel.cursor + 1 + place);
  const isHere = come.every(({ entry }) => entry && entry.sequence <= channel.cursor);
  if (isNext || isHere) await receiveEntries(client, id, come);
  else await catchUpChannels(client, [id]);
}
