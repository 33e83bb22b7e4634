import { and, eq, inArray, isNull } from "drizzle-orm";
import type { RequestContext } from "../answer.ts";
import type { Queries } from "../db/database.ts";
import { accounts, channelEntries, channelSubscribers, channels } from "../db/tables.ts";
import {
  type ChannelAuthor,
  decodeStatement,
  type Entry,
  type Statement,
  verifyEntry,
} from "../protocol/channel-log.ts";
import type { AccountId, ConversationId } from "../protocol/ids.ts";
import { equalBytes } from "../protocol/signing.ts";
import { Refusal } from "../refusal.ts";

export type Channel = typeof channels.$inferSelect;

export async function requireChannel(queries: Queries, id: ConversationId): Promise<Channel> {
  const [channel] = await queries
    .select()
    .from(channels)
    .where(and(eq(channels.id, id), isNull(channels.endedAt)));
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

/**
 * Readers are shown the names that the owner signs: whoever is named anew is named as this server knows them, at the
 * root that is theirs.
 */
export async function demandTrueNames(queries: Queries, next: Statement, before?: Statement): Promise<void> {
  const stood = before ? [before.owner, ...before.admins] : [];
  const named = [next.owner, ...next.admins].filter((one) => !stood.some((known) => isSame(one, known)));
  if (named.length === 0) return;
  const { id, username, rootPublicKey } = accounts;
  const ids = named.map((one) => one.accountId);
  const found = await queries.select({ id, username, rootPublicKey }).from(accounts).where(inArray(id, ids));
  for (const one of named) {
    const account = found.find((row) => row.id === one.accountId);
    const root = account?.rootPublicKey;
    if (!account || !root || !isSame(one, { ...one, username: account.username, rootPublicKey: root }))
      throw new Refusal("channel.not_allowed");
  }
}

function isSame(one: ChannelAuthor, other: ChannelAuthor): boolean {
  return (
    one.accountId === other.accountId &&
    one.username === other.username &&
    equalBytes(one.rootPublicKey, other.rootPublicKey)
  );
}
