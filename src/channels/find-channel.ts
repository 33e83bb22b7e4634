import { eq } from "drizzle-orm";
import { readUsername } from "../accounts/judge-username.ts";
import type { Answering } from "../answer.ts";
import { channels } from "../db/tables.ts";
import { take } from "../limits/take.ts";
import type { findChannel } from "../protocol/channels.ts";
import { Refusal } from "../refusal.ts";
import { isSubscribed, readStatement } from "./require-channel.ts";

/** By the exact name only: nothing here lists or completes names. */
export const answerFindChannel: Answering<typeof findChannel> = async ({ handle }, request) => {
  const { app, session } = request;
  take(request, "look_up", session.accountId);
  const [channel] = await app.db.read
    .select()
    .from(channels)
    .where(eq(channels.handle, readUsername(handle)?.username ?? ""));
  if (channel === undefined) throw new Refusal("channel.not_found");
  const { entry } = await readStatement(app.db.read, channel);
  return {
    channelId: channel.id,
    handle: channel.handle,
    head: channel.head,
    statement: entry,
    subscribers: channel.subscribers,
    subscribed: await isSubscribed(app.db.read, channel.id, session.accountId),
  };
};
