import { and, asc, between, desc, eq, gt, inArray, isNull, lt, lte, type SQL, sql } from "drizzle-orm";
import type { Answering } from "../answer.ts";
import type { Queries } from "../db/database.ts";
import { channelEntries, channelSubscribers, channels } from "../db/tables.ts";
import { take } from "../limits/take.ts";
import { CHANNEL_PAGE, type ChannelEntry } from "../protocol/channel-frames.ts";
import type { readEntries, syncChannels } from "../protocol/channels.ts";
import type { ConversationId } from "../protocol/ids.ts";
import { sizeOf } from "./channel-room.ts";
import { requireChannel } from "./require-channel.ts";

const PAGE_BYTES = 512 * 1024;
/** Of one answer. */
const MOST_BYTES = 2 * 1024 * 1024;

export const answerReadEntries: Answering<typeof readEntries> = async ({ channelId, before }, request) => {
  const { app, session } = request;
  take(request, "channel_read", session.accountId);
  await requireChannel(app.db.read, channelId);
  const isBefore = lt(channelEntries.sequence, before);
  const page = await readPage(app.db.read, channelId, isBefore, desc(channelEntries.sequence));
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
  take(request, "channel_read", session.accountId, 1 + known.length / 20);
  const ids = known.map(({ channelId }) => channelId);
  const heads = new Map((await readHeads(app.db.read, ids)).map((row) => [row.id, row]));
  const joined = new Set(await readJoined(app.db.read, session.accountId, ids));
  let room = MOST_BYTES;
  let more = false;
  const answered = [];
  for (const { channelId, after } of known) {
    const there = heads.get(channelId);
    if (there === undefined) continue;
    const isAfter = gt(channelEntries.sequence, after);
    const isNew = there.head > after && room > 0;
    const entries = isNew
      ? await readPage(app.db.read, channelId, isAfter, asc(channelEntries.sequence))
      : [];
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
    .where(and(inArray(channels.id, [...ids]), isNull(channels.endedAt)));
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

type Row = typeof channelEntries.$inferSelect;

/** Oldest first. The sizes are asked for first, which both databases know without reading what they are of. */
async function readPage(
  queries: Queries,
  channelId: ConversationId,
  where: SQL,
  nearestFirst: SQL,
): Promise<Row[]> {
  const { sequence, header, content } = channelEntries;
  const ofChannel = eq(channelEntries.channelId, channelId);
  const bytes = sql`length(${header}) + COALESCE(length(${content}), 0)`.mapWith(Number);
  const near = await queries
    .select({ sequence, bytes })
    .from(channelEntries)
    .where(and(ofChannel, where))
    .orderBy(nearestFirst)
    .limit(CHANNEL_PAGE);
  const places = within(near, PAGE_BYTES).map((one) => one.sequence);
  if (places.length === 0) return [];
  return queries
    .select()
    .from(channelEntries)
    .where(and(ofChannel, between(sequence, Math.min(...places), Math.max(...places))))
    .orderBy(asc(sequence));
}

/** One always passes. */
function within<One extends { readonly bytes: number }>(rows: readonly One[], most: number): One[] {
  let sum = 0;
  const end = rows.findIndex(({ bytes }, index) => {
    sum += bytes;
    return index > 0 && sum > most;
  });
  return end < 0 ? [...rows] : rows.slice(0, end);
}

function asEntry({ header, content }: Row): ChannelEntry {
  return { header, content };
}
