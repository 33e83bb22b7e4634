import { eq } from "drizzle-orm";
import type { Answering } from "../answer.ts";
import { channels } from "../db/tables.ts";
import type { deleteChannel } from "../protocol/channels.ts";
import { Refusal } from "../refusal.ts";
import { requireChannel } from "./require-channel.ts";

export const answerDeleteChannel: Answering<typeof deleteChannel> = async ({ channelId }, request) => {
  const { app, session } = request;
  await app.db.write(async (tx) => {
    const { ownerAccountId } = await requireChannel(tx, channelId);
    if (ownerAccountId !== session.accountId) throw new Refusal("channel.not_allowed");
    await tx.delete(channels).where(eq(channels.id, channelId));
  });
  app.hub.tellHearers(channelId, { t: "channel", channelId, entries: [], gone: true });
  return {};
};
