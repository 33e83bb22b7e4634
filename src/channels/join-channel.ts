import { and, count, eq } from "drizzle-orm";
import type { Answering } from "../answer.ts";
import type { Queries } from "../db/database.ts";
import { channelSubscribers, channels } from "../db/tables.ts";
import { take } from "../limits/take.ts";
import type { joinChannel, leaveChannel } from "../protocol/channels.ts";
import type { ConversationId } from "../protocol/ids.ts";
import { Refusal } from "../refusal.ts";
import { demandRoom } from "./create-channel.ts";
import { isSubscribed, requireChannel } from "./require-channel.ts";

export const answerJoinChannel: Answering<typeof joinChannel> = async ({ channelId }, request) => {
  const { app, session } = request;
  take(request, "channel_read", session.accountId);
  const subscribers = await app.db.write(async (tx) => {
    await requireChannel(tx, channelId);
    if (!(await isSubscribed(tx, channelId, session.accountId))) {
      await demandRoom(tx, session.accountId);
      await tx.insert(channelSubscribers).values({ channelId, accountId: session.accountId });
    }
    return countSubscribers(tx, channelId);
  });
  return { subscribers };
};

export const answerLeaveChannel: Answering<typeof leaveChannel> = async ({ channelId }, request) => {
  const { app, session } = request;
  take(request, "channel_read", session.accountId);
  await app.db.write(async (tx) => {
    const { ownerAccountId } = await requireChannel(tx, channelId);
    if (ownerAccountId === session.accountId) throw new Refusal("channel.not_allowed");
    await tx
      .delete(channelSubscribers)
      .where(
        and(eq(channelSubscribers.channelId, channelId), eq(channelSubscribers.accountId, session.accountId)),
      );
    await countSubscribers(tx, channelId);
  });
  return {};
};

/** Counted anew, so that the number can never drift from who is there. */
async function countSubscribers(tx: Queries, channelId: ConversationId): Promise<number> {
  const [found] = await tx
    .select({ subscribers: count() })
    .from(channelSubscribers)
    .where(eq(channelSubscribers.channelId, channelId));
  const subscribers = Number(found?.subscribers ?? 0);
  await tx.update(channels).set({ subscribers }).where(eq(channels.id, channelId));
  return subscribers;
}
