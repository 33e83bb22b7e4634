import { and, eq, or, sql } from "drizzle-orm";
import type { Answering } from "../answer.ts";
import type { Queries } from "../db/database.ts";
import { channelEntries, channels, takenBackPosts } from "../db/tables.ts";
import { take } from "../limits/take.ts";
import type { ChannelEntry } from "../protocol/channel-frames.ts";
import {
  decodePost,
  decodeStatement,
  type Entry,
  follows,
  isAuthor,
  isContentOf,
  mayAlter,
  maySucceed,
  type Statement,
} from "../protocol/channel-log.ts";
import type { putEntry } from "../protocol/channels.ts";
import type { AccountId } from "../protocol/ids.ts";
import { Refusal } from "../refusal.ts";
import { giveRoomBack, sizeOf, takeRoom } from "./channel-room.ts";
import {
  type Channel,
  demandOwnEntry,
  demandTrueNames,
  readStatement,
  requireChannel,
} from "./require-channel.ts";

/** Judged by the owner's last statement; readers judge again, by the same functions. */
export const answerPutEntry: Answering<typeof putEntry> = async ({ channelId, entry: sent }, request) => {
  const { app, session } = request;
  take(request, "message", session.deviceId);
  const entry = await demandOwnEntry(request, channelId, sent.header);
  if (sent.content === null || !(await isContentOf(entry, sent.content)))
    throw new Refusal("request.malformed");
  const said = readContent(entry, sent.content);
  const isNew = await app.db.write(async (tx) => {
    const channel = await requireChannel(tx, channelId);
    if (await isKnown(tx, entry)) return false;
    const statement = (await readStatement(tx, channel)).said;
    await demandAllowed(tx, entry, statement, said);
    if (!follows(entry, { sequence: channel.head, hash: channel.headHash }))
      throw new Refusal("channel.moved");
    await append(tx, channel, entry, sent, said);
    return true;
  });
  if (isNew) app.hub.tellHearers(channelId, { t: "channel", channelId, entries: [sent] });
  return {};
};

/** A statement, or undefined for all else; whatever no reader could show is refused. */
function readContent({ kind, target }: Entry, content: Uint8Array): Statement | undefined {
  const said = kind === "statement" ? decodeStatement(content) : undefined;
  const isWhole = {
    statement: said !== undefined && target === null,
    post: decodePost(content) !== undefined && target === null,
    edit: decodePost(content) !== undefined && target !== null,
    delete: content.byteLength === 0 && target !== null,
  }[kind];
  if (!isWhole) throw new Refusal("request.malformed");
  return said;
}

async function isKnown(tx: Queries, { channelId, id, author }: Entry): Promise<boolean> {
  const [known] = await tx
    .select({ by: channelEntries.authorAccountId })
    .from(channelEntries)
    .where(and(eq(channelEntries.channelId, channelId), eq(channelEntries.id, id)));
  if (known !== undefined && known.by !== author.accountId) throw new Refusal("channel.not_allowed");
  return known !== undefined;
}

async function demandAllowed(tx: Queries, entry: Entry, before: Statement, next: Statement | undefined) {
  if (next !== undefined) {
    if (!maySucceed(next, entry.author, before)) throw new Refusal("channel.not_allowed");
    await demandTrueNames(tx, next, before);
    return;
  }
  if (!isAuthor(before, entry.author)) throw new Refusal("channel.not_allowed");
  if (entry.kind !== "edit" && entry.kind !== "delete") return;
  const by = await authorOf(tx, entry);
  if (by === undefined || !mayAlter(entry.kind, entry.author.accountId, by, before))
    throw new Refusal("channel.not_allowed");
}

/** Of the post that is changed; undefined where it is no post, or was taken back. */
async function authorOf(tx: Queries, { channelId, target }: Entry): Promise<AccountId | undefined> {
  if (target === null) return undefined;
  const [post] = await tx
    .select()
    .from(channelEntries)
    .where(and(eq(channelEntries.channelId, channelId), eq(channelEntries.id, target)));
  return post?.kind === "post" && post.content !== null ? post.authorAccountId : undefined;
}

async function append(
  tx: Queries,
  channel: Channel,
  entry: Entry,
  sent: ChannelEntry,
  said: Statement | undefined,
): Promise<void> {
  const { id, kind, target, sequence } = entry;
  const row = { channelId: channel.id, sequence, id, kind, target, authorAccountId: entry.author.accountId };
  // Before it stands there itself.
  if (kind === "delete") await dropContent(tx, entry);
  await tx.insert(channelEntries).values({ ...row, ...sent });
  // Taking back gives more room than it takes.
  if (kind !== "delete") await takeRoom(tx, entry.author.accountId, sizeOf(sent));
  await tx
    .update(channels)
    .set({
      head: sequence,
      headHash: entry.hash,
      ...(said && { statementSequence: sequence, comments: said.comments }),
    })
    .where(eq(channels.id, channel.id));
}

/**
 * Of what was taken back the server keeps the signed headers alone, without which the log would break. What was
 * said about it goes a little later.
 */
async function dropContent(tx: Queries, { channelId, target }: Entry): Promise<void> {
  if (target === null) return;
  const isAbout = and(
    eq(channelEntries.channelId, channelId),
    or(eq(channelEntries.id, target), eq(channelEntries.target, target)),
  );
  const { authorAccountId: accountId, content } = channelEntries;
  const bytes = sql`COALESCE(length(${content}), 0)`.mapWith(Number);
  await giveRoomBack(tx, await tx.select({ accountId, bytes }).from(channelEntries).where(isAbout));
  await tx.update(channelEntries).set({ content: null }).where(isAbout);
  await tx.insert(takenBackPosts).values({ channelId, post: target }).onConflictDoNothing();
}
