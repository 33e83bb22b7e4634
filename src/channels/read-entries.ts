import { and, asc, desc, eq, gt, inArray, lt, lte } from "drizzle-orm";
import type { Answering } from "../answer.ts";
import type { Queries } from "../db/database.ts";
import { channelEntries, channelSubscribers, channels } from "../db/tables.ts";
import { take } from "../limits/take.ts";
import { CHANNEL_PAGE, type ChannelEntry } from "../protocol/channel-frames.ts";
import type { readEntries, syncChannels } from "../protocol/channels.ts";
import type { ConversationId } from "../protocol/ids.ts";
import { requireChannel } from "./require-channel.ts";

const PAGE_BYTES = 512 * 1024;
/** Of one answer. */
const MOST_BYTES = 2 * 1024 * 1024;

export const answerReadEntries: Answering<typeof readEntries> = async ({ channelId, before }, request) => {
  const { app, session } = request;
  take(request, "channel_read", session.accountId);
  await requireChannel(app.db.read, channelId);
  const rows = await app.db.read
    .select()
    .from(channelEntries)
    .where(and(eq(channelEntries.channelId, channelId), lt(channelEntries.sequence, before)))
    .orderBy(desc(channelEntries.sequence))
    .limit(CHANNEL_PAGE);
  const page = within(rows, PAGE_BYTES).toReversed();
  const first = page[0]?.sequence;
  const statement = first === undefined ? null : await statementAt(app.db.read, channelId, first);
  return { entries: page.map(asEntry), statement };
};

/** Which held when this entry was written. */
async function statementAt(queries: Queries, channelId: ConversationId, sequence: number) {
  const [found] = await queries
    .select()
    .from(channelEntries)
    .where(
      and(
        eq(channelEntries.channelId, channelId),
        eq(channelEntries.kind, "statement"),
        lte(channelEntries.sequence, sequence),
      ),
    )
    .orderBy(desc(channelEntries.sequence))
    .limit(1);
  return found === undefined ? null : asEntry(found);
}

/** One question for all channels; the entries of those that moved are read one channel after the other. */
export const answerSyncChannels: Answering<typeof syncChannels> = async ({ known }, request) => {
  const { app, session } = request;
  take(request, "channel_read", session.accountId);
  const ids = known.map(({ channelId }) => channelId);
  const heads = new Map((await readHeads(app.db.read, ids)).map((row) => [row.id, row]));
  const joined = new Set(await readJoined(app.db.read, session.accountId, ids));
  let room = MOST_BYTES;
  let more = false;
  const answered = [];
  for (const { channelId, after } of known) {
    const there = heads.get(channelId);
    if (there === undefined) continue;
    const rows = there.head > after && room > 0 ? await readAfter(app.db.read, channelId, after) : [];
    const entries = within(rows, PAGE_BYTES);
    room -= entries.reduce((sum, row) => sum + sizeOf(row), 0);
    if (there.head > (entries.at(-1)?.sequence ?? after)) more = true;
    const { head, subscribers } = there;
    const subscribed = joined.has(channelId);
    answered.push({ channelId, head, subscribers, subscribed, entries: entries.map(asEntry) });
  }
  return { channels: answered, gone: ids.filter((id) => !heads.has(id)), more };
};

function readHeads(queries: Queries, ids: readonly ConversationId[]) {
  return queries
    .select({ id: channels.id, head: channels.head, subscribers: channels.subscribers })
    .from(channels)
    .where(inArray(channels.id, [...ids]));
}

async function readJoined(
  queries: Queries,
  accountId: typeof channelSubscribers.$inferSelect.accountId,
  ids: readonly ConversationId[],
) {
  const rows = await queries
    .select({ id: channelSubscribers.channelId })
    .from(channelSubscribers)
    .where(and(eq(channelSubscribers.accountId, accountId), inArray(channelSubscribers.channelId, [...ids])));
  return rows.map(({ id }) => id);
}

function readAfter(queries: Queries, channelId: ConversationId, after: number) {
  return queries
    .select()
    .from(channelEntries)
    .where(and(eq(channelEntries.channelId, channelId), gt(channelEntries.sequence, after)))
    .orderBy(asc(channelEntries.sequence))
    .limit(CHANNEL_PAGE);
}

type Row = typeof channelEntries.$inferSelect;

function sizeOf({ header, content }: Row): number {
  return header.byteLength + (content?.byteLength ?? 0);
}

/** One always passes. */
function within(rows: readonly Row[], most: number): Row[] {
  let bytes = 0;
  const end = rows.findIndex((row, index) => {
    bytes += sizeOf(row);
    return index > 0 && bytes > most;
  });
  return end < 0 ? [...rows] : rows.slice(0, end);
}

function asEntry({ header, content }: Row): ChannelEntry {
  return { header, content };
}
