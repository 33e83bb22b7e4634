import { and, eq, inArray, isNotNull, type SQL, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import {
  channelComments,
  channelEntries,
  channelSubscribers,
  channels,
  takenBackPosts,
} from "../db/tables.ts";
import type { ConversationId } from "../protocol/ids.ts";
import { giveRoomBack } from "./channel-room.ts";

type Db = App["db"];

const AT_ONCE = 200;

/**
 * Periodic: what stood in channels that are no more, and the comments on posts that were taken back. A page at a
 * time, so that nobody waits behind a large channel.
 */
export async function sweepChannels({ db }: Pick<App, "db">): Promise<void> {
  const ended = await db.read.select({ id: channels.id }).from(channels).where(isNotNull(channels.endedAt));
  for (const { id } of ended) await drop(db, id);
  const posts = await db.read.select().from(takenBackPosts);
  for (const { channelId, post } of posts) {
    const isIt = and(eq(takenBackPosts.channelId, channelId), eq(takenBackPosts.post, post));
    await dropComments(db, channelId, eq(channelComments.post, post));
    await db.write((tx) => tx.delete(takenBackPosts).where(isIt));
  }
}

async function drop(db: Db, id: ConversationId): Promise<void> {
  await dropComments(db, id);
  await dropEntries(db, id);
  await dropSubscribers(db, id);
  await db.write((tx) => tx.delete(channels).where(eq(channels.id, id)));
}

/** Again until a page was not full; in between others write. */
async function inPages(page: () => Promise<number>): Promise<void> {
  while ((await page()) === AT_ONCE) await new Promise(setImmediate);
}

function dropComments(db: Db, channelId: ConversationId, which?: SQL): Promise<void> {
  const { id, accountId, header, content } = channelComments;
  const ofChannel = and(eq(channelComments.channelId, channelId), which);
  const bytes = sql`length(${header}) + length(${content})`.mapWith(Number);
  return inPages(() =>
    db.write(async (tx) => {
      const page = await tx
        .select({ id, accountId, bytes })
        .from(channelComments)
        .where(ofChannel)
        .limit(AT_ONCE);
      const ids = page.map((one) => one.id);
      if (ids.length > 0) await tx.delete(channelComments).where(and(ofChannel, inArray(id, ids)));
      await giveRoomBack(tx, page);
      return page.length;
    }),
  );
}

function dropEntries(db: Db, channelId: ConversationId): Promise<void> {
  const { id, authorAccountId: accountId, header, content } = channelEntries;
  const ofChannel = eq(channelEntries.channelId, channelId);
  const bytes = sql`length(${header}) + COALESCE(length(${content}), 0)`.mapWith(Number);
  return inPages(() =>
    db.write(async (tx) => {
      const page = await tx
        .select({ id, accountId, bytes })
        .from(channelEntries)
        .where(ofChannel)
        .limit(AT_ONCE);
      const ids = page.map((one) => one.id);
      if (ids.length > 0) await tx.delete(channelEntries).where(and(ofChannel, inArray(id, ids)));
      await giveRoomBack(tx, page);
      return page.length;
    }),
  );
}

function dropSubscribers(db: Db, channelId: ConversationId): Promise<void> {
  const { accountId } = channelSubscribers;
  const ofChannel = eq(channelSubscribers.channelId, channelId);
  return inPages(() =>
    db.write(async (tx) => {
      const page = await tx.select({ accountId }).from(channelSubscribers).where(ofChannel).limit(AT_ONCE);
      const ids = page.map((one) => one.accountId);
      if (ids.length > 0) await tx.delete(channelSubscribers).where(and(ofChannel, inArray(accountId, ids)));
      return page.length;
    }),
  );
}
