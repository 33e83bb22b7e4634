import { decodeStatement, maySucceed } from "../../../src/protocol/channel-log.ts";
import { readEntries } from "../../../src/protocol/channels.ts";
import type { ConversationId } from "../../../src/protocol/ids.ts";
import type { ChannelRecord, MessageRecord } from "../../storage/records.ts";
import type { Client } from "../client.ts";
import { Failed, Refused } from "../failures.ts";
import type { MessageView, Patch } from "../patches.ts";
import { postView } from "./channel-view.ts";
import { foldBackward, statementOf, verifyAll } from "./fold-entries.ts";
import { changeChannel } from "./receive-entries.ts";

const PAGE = 60;
const MOST_PAGES = 40;

type ReadDown = (
  client: Client,
  id: ConversationId,
  upTo: number,
  downTo?: number,
) => Promise<readonly { readonly value: MessageRecord }[]>;

/** A page of what is stored; what is not is fetched first, page by page, back through all there is. */
export async function readPosts(
  client: Client,
  id: ConversationId,
  /** Handed in, as it is part of what is there from the first. */
  readDown: ReadDown,
  upTo: number,
  downTo = upTo,
): Promise<Patch> {
  const opened = upTo === Number.MAX_SAFE_INTEGER;
  let channel = await requireRecord(client, id);
  const wanted = Math.max(1, Math.min(downTo, upTo, channel.cursor + 1) - PAGE);
  for (let page = 0; page < MOST_PAGES && !opened && channel.first > wanted; page += 1) {
    await fetchOlder(client, id, channel);
    channel = await requireRecord(client, id);
  }
  const stored = await readDown(client, id, upTo, downTo);
  const messages = stored
    .toReversed()
    .flatMap(({ value }): MessageView[] | MessageView => postView(client.accountId, id, value) ?? []);
  const lowest = stored.at(-1)?.value.sequence ?? upTo;
  return { kind: "messages", conversationId: id, messages, reachedStart: channel.first <= 1 && lowest <= 1 };
}

async function requireRecord(client: Client, id: ConversationId): Promise<ChannelRecord> {
  const channel = await client.vault.read("channels", id);
  if (!channel) throw new Refused("conversation.not_found", "");
  return channel;
}

async function fetchOlder(client: Client, id: ConversationId, channel: ChannelRecord): Promise<void> {
  const { entries, statement } = await client.call(readEntries, { channelId: id, before: channel.first });
  const come = await verifyAll(client, id, entries);
  const [held] = statement ? await verifyAll(client, id, [statement]) : [];
  const said = held?.content ? decodeStatement(held.content) : undefined;
  const from = come[0]?.entry;
  const stated = held?.entry && said && { said, sequence: held.entry.sequence, author: held.entry.author };
  const isOwners = stated && from && maySucceed(stated.said, stated.author, statementOf(channel));
  const holds = isOwners && stated.sequence <= from.sequence ? stated : undefined;
  let leads = false;
  await changeChannel(client, id, async (fold) => {
    if (fold.channel.first !== channel.first) leads = true;
    else if (holds) leads = await foldBackward(fold, come, holds);
    if (!leads) fold.channel = { ...fold.channel, differs: true };
  });
  if (!leads) throw new Failed("server_wrong");
}
