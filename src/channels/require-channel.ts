import { and, eq } from "drizzle-orm";
import type { RequestContext } from "../answer.ts";
import type { Queries } from "../db/database.ts";
import { channelEntries, channelSubscribers, channels } from "../db/tables.ts";
import { decodeStatement, type Entry, type Statement, verifyEntry } from "../protocol/channel-log.ts";
import type { AccountId, ConversationId } from "../protocol/ids.ts";
import { Refusal } from "../refusal.ts";

export type Channel = typeof channels.$inferSelect;

export async function requireChannel(queries: Queries, id: ConversationId): Promise<Channel> {
  const [channel] = await queries.select().from(channels).where(eq(channels.id, id));
  if (channel === undefined) throw new Refusal("channel.not_found");
  return channel;
}

/** Who writes here now, as the owner last signed it. */
export async function readStatement(queries: Queries, { id, statementSequence }: Channel) {
  const [entry] = await queries
    .select({ header: channelEntries.header, content: channelEntries.content })
    .from(channelEntries)
    .where(and(eq(channelEntries.channelId, id), eq(channelEntries.sequence, statementSequence)));
  const said = entry?.content ? decodeStatement(entry.content) : undefined;
  if (entry === undefined || said === undefined) throw new Error("a channel without its statement");
  return { entry, said };
}

export async function isSubscribed(queries: Queries, id: ConversationId, account: AccountId) {
  const found = await queries
    .select({ accountId: channelSubscribers.accountId })
    .from(channelSubscribers)
    .where(and(eq(channelSubscribers.channelId, id), eq(channelSubscribers.accountId, account)));
  return found.length > 0;
}

/** The entry if this very device of the session has signed it. */
export async function demandOwnEntry(
  { app, session }: RequestContext<"device">,
  channelId: ConversationId,
  header: Uint8Array,
): Promise<Entry> {
  const entry = await verifyEntry(header, { origin: app.config.publicOrigin, channelId });
  const isOwn = entry?.author.accountId === session.accountId && entry.author.deviceId === session.deviceId;
  if (entry === undefined || !isOwn) throw new Refusal("channel.not_allowed");
  return entry;
}

/** What a statement may be before anything is asked of the database. */
export function demandStatement(content: Uint8Array | null): Statement {
  const said = content && decodeStatement(content);
  if (!said) throw new Refusal("request.malformed");
  return said;
}
