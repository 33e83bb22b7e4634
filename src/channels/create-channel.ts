import { count, eq } from "drizzle-orm";
import { judgeUsername, type Username } from "../accounts/judge-username.ts";
import type { Answering } from "../answer.ts";
import type { Queries } from "../db/database.ts";
import { accounts, channelEntries, channelSubscribers, channels } from "../db/tables.ts";
import { take } from "../limits/take.ts";
import { MOST_CHANNELS } from "../protocol/channel-frames.ts";
import { CHANNEL_START, type Entry, follows, isContentOf, maySucceed } from "../protocol/channel-log.ts";
import type { createChannel } from "../protocol/channels.ts";
import type { AccountId } from "../protocol/ids.ts";
import { Refusal } from "../refusal.ts";
import { sizeOf, takeRoom } from "./channel-room.ts";
import { demandOwnEntry, demandStatement, demandTrueNames } from "./require-channel.ts";

export const answerCreateChannel: Answering<typeof createChannel> = async (input, request) => {
  const { app, session } = request;
  const { channelId, statement } = input;
  take(request, "channel_change", session.accountId);
  const said = demandStatement(statement.content);
  const name = judgeUsername(said.handle);
  const entry = await demandOwnEntry(request, channelId, statement.header);
  const isFirst = entry.kind === "statement" && follows(entry, CHANNEL_START);
  const isSigned = statement.content !== null && (await isContentOf(entry, statement.content));
  if (!isFirst || !isSigned || name.username !== said.handle || !maySucceed(said, entry.author, undefined))
    throw new Refusal("channel.not_allowed");
  const now = app.clock.now();
  await app.db.write(async (tx) => {
    if (await isThere(tx, entry)) return;
    await demandTrueNames(tx, said);
    await demandFree(tx, name, session.accountId);
    await tx.insert(channels).values({
      id: channelId,
      handle: name.username,
      handleSkeleton: name.skeleton,
      ownerAccountId: session.accountId,
      head: 1,
      headHash: entry.hash,
      statementSequence: 1,
      comments: said.comments,
      subscribers: 1,
      commentHead: 0,
      createdAt: now,
    });
    await tx.insert(channelEntries).values({
      channelId,
      sequence: 1,
      id: entry.id,
      kind: entry.kind,
      target: null,
      authorAccountId: session.accountId,
      ...statement,
    });
    await takeRoom(tx, session.accountId, sizeOf(statement));
    await tx.insert(channelSubscribers).values({ channelId, accountId: session.accountId });
  });
  return {};
};

/** A retry is answered as before. */
async function isThere(tx: Queries, { channelId, id }: Entry): Promise<boolean> {
  const [first] = await tx
    .select({ id: channelEntries.id })
    .from(channelEntries)
    .where(eq(channelEntries.channelId, channelId))
    .orderBy(channelEntries.sequence)
    .limit(1);
  if (first !== undefined && first.id !== id) throw new Refusal("channel.not_allowed");
  return first !== undefined;
}

/** One name leads to one person or one channel. */
async function demandFree(tx: Queries, { skeleton }: Username, account: AccountId): Promise<void> {
  const people = await tx
    .select({ id: accounts.id })
    .from(accounts)
    .where(eq(accounts.usernameSkeleton, skeleton));
  const others = await tx
    .select({ id: channels.id })
    .from(channels)
    .where(eq(channels.handleSkeleton, skeleton));
  if (people.length + others.length > 0) throw new Refusal("username.taken");
  await demandRoom(tx, account);
}

export async function demandRoom(tx: Queries, account: AccountId): Promise<void> {
  const [joined] = await tx
    .select({ channels: count() })
    .from(channelSubscribers)
    .where(eq(channelSubscribers.accountId, account));
  if (Number(joined?.channels ?? 0) >= MOST_CHANNELS) throw new Refusal("channel.too_many");
}
