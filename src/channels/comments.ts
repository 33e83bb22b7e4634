import { and, count, desc, eq, inArray, isNotNull, lt } from "drizzle-orm";
import type { Answering } from "../answer.ts";
import type { Queries } from "../db/database.ts";
import { accounts, channelComments, channelEntries, channels } from "../db/tables.ts";
import { take } from "../limits/take.ts";
import { decodePost, isContentOf, verifyComment } from "../protocol/channel-log.ts";
import {
  COMMENT_PAGE,
  type countComments,
  type deleteComment,
  type putComment,
  type readComments,
} from "../protocol/channels.ts";
import type { ConversationId, MessageId } from "../protocol/ids.ts";
import { Refusal } from "../refusal.ts";
import { giveRoomBack, sizeOf, takeRoom } from "./channel-room.ts";
import { isSubscribed, readStatement, requireChannel } from "./require-channel.ts";

export const answerPutComment: Answering<typeof putComment> = async (input, request) => {
  const { app, session } = request;
  const { channelId, header, content } = input;
  take(request, "channel_comment", session.accountId);
  const comment = await verifyComment(header, { origin: app.config.publicOrigin, channelId });
  const { accountId, deviceId } = comment?.author ?? {};
  if (comment === undefined || accountId !== session.accountId || deviceId !== session.deviceId)
    throw new Refusal("channel.not_allowed");
  if (!(await isContentOf(comment, content)) || decodePost(content) === undefined)
    throw new Refusal("request.malformed");
  const { id, post } = comment;
  const isNew = await app.db.write(async (tx) => {
    const channel = await requireChannel(tx, channelId);
    const mayWrite = channel.comments && (await isSubscribed(tx, channelId, session.accountId));
    if (!mayWrite || !(await isPost(tx, channelId, post))) throw new Refusal("channel.not_allowed");
    const place = channel.commentHead + 1;
    const row = { channelId, id, post, place, accountId: session.accountId, header, content };
    const made = await tx
      .insert(channelComments)
      .values(row)
      .onConflictDoNothing()
      .returning({ id: channelComments.id });
    if (made.length > 0) await takeRoom(tx, session.accountId, sizeOf(row));
    if (made.length > 0)
      await tx.update(channels).set({ commentHead: place }).where(eq(channels.id, channelId));
    return made.length > 0;
  });
  if (isNew) app.hub.tellHearers(channelId, { t: "channel", channelId, entries: [], commented: post });
  return {};
};

async function isPost(tx: Queries, channelId: ConversationId, id: MessageId): Promise<boolean> {
  const [found] = await tx
    .select({ kind: channelEntries.kind, content: channelEntries.content })
    .from(channelEntries)
    .where(and(eq(channelEntries.channelId, channelId), eq(channelEntries.id, id)));
  return found?.kind === "post" && found.content !== null;
}

export const answerReadComments: Answering<typeof readComments> = async (input, request) => {
  const { app, session } = request;
  const { channelId, post, before } = input;
  take(request, "channel_read", session.accountId);
  await requireChannel(app.db.read, channelId);
  if (!(await isPost(app.db.read, channelId, post))) return { comments: [] };
  const comments = await app.db.read
    .select({
      place: channelComments.place,
      username: accounts.username,
      header: channelComments.header,
      content: channelComments.content,
    })
    .from(channelComments)
    .innerJoin(accounts, eq(accounts.id, channelComments.accountId))
    .where(
      and(
        eq(channelComments.channelId, channelId),
        eq(channelComments.post, post),
        before > 0 ? lt(channelComments.place, before) : undefined,
      ),
    )
    .orderBy(desc(channelComments.place))
    .limit(COMMENT_PAGE);
  return { comments };
};

export const answerCountComments: Answering<typeof countComments> = async ({ channelId, posts }, request) => {
  const { app, session } = request;
  take(request, "channel_read", session.accountId);
  await requireChannel(app.db.read, channelId);
  const { read } = app.db;
  const standing = read
    .select({ id: channelEntries.id })
    .from(channelEntries)
    .where(and(eq(channelEntries.channelId, channelId), isNotNull(channelEntries.content)));
  const counts = await read
    .select({ post: channelComments.post, count: count() })
    .from(channelComments)
    .where(
      and(
        eq(channelComments.channelId, channelId),
        inArray(channelComments.post, posts),
        inArray(channelComments.post, standing),
      ),
    )
    .groupBy(channelComments.post);
  return { counts: counts.map((one) => ({ post: one.post, count: Number(one.count) })) };
};

export const answerDeleteComment: Answering<typeof deleteComment> = async (input, request) => {
  const { app, session } = request;
  const { channelId, commentId } = input;
  take(request, "channel_read", session.accountId);
  const which = and(eq(channelComments.channelId, channelId), eq(channelComments.id, commentId));
  const post = await app.db.write(async (tx) => {
    const channel = await requireChannel(tx, channelId);
    const [comment] = await tx.select().from(channelComments).where(which);
    if (comment === undefined) return undefined;
    const { owner, admins } = (await readStatement(tx, channel)).said;
    const inCharge = [owner, ...admins].some(({ accountId }) => accountId === session.accountId);
    if (comment.accountId !== session.accountId && !inCharge) throw new Refusal("channel.not_allowed");
    await tx.delete(channelComments).where(which);
    await giveRoomBack(tx, [{ accountId: comment.accountId, bytes: sizeOf(comment) }]);
    return comment.post;
  });
  if (post !== undefined)
    app.hub.tellHearers(channelId, { t: "channel", channelId, entries: [], commented: post });
  return {};
};
