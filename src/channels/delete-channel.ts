import { eq } from "drizzle-orm";
import type { Answering } from "../answer.ts";
import { channels } from "../db/tables.ts";
import { take } from "../limits/take.ts";
import type { deleteChannel } from "../protocol/channels.ts";
import { Refusal } from "../refusal.ts";
import { requireChannel } from "./require-channel.ts";

/** Gone at once, and its name free; all that stood in it goes soon after: see `sweep-channels.ts`. */
export const answerDeleteChannel: Answering<typeof deleteChannel> = async ({ channelId }, request) => {
  const { app, session } = request;
  take(request, "channel_change", session.accountId);
  await app.db.write(async (tx) => {
    const { ownerAccountId } = await requireChannel(tx, channelId);
    if (ownerAccountId !== session.accountId) throw new Refusal("channel.not_allowed");
    const free = `gone ${channelId}`;
    await tx
      .update(channels)
      .set({ endedAt: app.clock.now(), handle: free, handleSkeleton: free })
      .where(eq(channels.id, channelId));
  });
  app.hub.tellHearers(channelId, { t: "channel", channelId, entries: [], gone: true });
  return {};
};
