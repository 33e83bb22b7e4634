import { and, eq, min, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import { readAudiences } from "../conversations/read-audience.ts";
import type { Database, Queries } from "../db/database.ts";
import { accounts, conversationDevices, conversations, devices } from "../db/tables.ts";
import type { Audience } from "../live/hub.ts";
import type { AccountId, ConversationId, DeviceId } from "../protocol/ids.ts";

export interface Acknowledgement {
  readonly accountId: AccountId;
  readonly deviceId: DeviceId;
  readonly conversations: readonly { readonly conversationId: ConversationId; readonly sequence: number }[];
  /** Of the account's own events. */
  readonly account: number | undefined;
}

/** Acknowledgements wait this long for others: a cursor is no hurry, and each write costs an fsync. */
const GATHER_MS = 50;

const gathered = new WeakMap<Database, Acknowledgement[]>();

/** A device has stored what it got up to here. Cursors only rise, and never above what was given out. */
export function acknowledge(app: App, acknowledgement: Acknowledgement) {
  const waiting = gathered.get(app.db);
  if (waiting !== undefined) return void waiting.push(acknowledgement);
  gathered.set(app.db, [acknowledgement]);
  setTimeout(() => void flush(app), GATHER_MS);
}

async function flush(app: App) {
  const waiting = gathered.get(app.db) ?? [];
  gathered.delete(app.db);
  try {
    const { delivered, audiences } = await app.db.write((tx) => store(app, tx, waiting));
    for (const { conversationId, accountId, sequence } of delivered) {
      const audience = audiences.get(conversationId);
      if (audience === undefined) continue;
      app.hub.tellConversation(audience, { t: "delivered", conversationId, accountId, sequence });
    }
  } catch (error) {
    // The device acknowledges again with its next event, and whatever it misses it can fetch again.
    app.log.error("acknowledgements_lost", { error, count: waiting.length });
  }
}

interface Delivered {
  readonly conversationId: ConversationId;
  readonly accountId: AccountId;
  readonly sequence: number;
}

async function store(app: App, tx: Queries, waiting: readonly Acknowledgement[]) {
  const { ofAccounts, ofConversations } = newestOf(waiting);
  for (const cursor of ofAccounts.values()) await raiseAccountCursor(tx, cursor);
  const moved = new Map<string, Cursor>();
  for (const cursor of ofConversations.values()) {
    if (await raiseCursor(tx, cursor)) moved.set(`${cursor.conversationId} ${cursor.accountId}`, cursor);
  }
  const delivered: Delivered[] = [];
  const versions = new Map<ConversationId, number>();
  for (const { conversationId, accountId } of moved.values()) {
    const slowest = await readSlowest(tx, conversationId, accountId);
    if (slowest === undefined) continue;
    delivered.push({ conversationId, accountId, sequence: slowest.sequence });
    versions.set(conversationId, slowest.version);
  }
  const audiences: Map<ConversationId, Audience> = await readAudiences(app, tx, versions);
  return { delivered, audiences };
}

interface AccountCursor {
  readonly accountId: AccountId;
  readonly deviceId: DeviceId;
  readonly sequence: number;
}

interface Cursor extends AccountCursor {
  readonly conversationId: ConversationId;
}

/** Of many acknowledgements of the same device only the highest is written. */
function newestOf(waiting: readonly Acknowledgement[]) {
  const ofAccounts = new Map<string, AccountCursor>();
  const ofConversations = new Map<string, Cursor>();
  for (const { accountId, deviceId, conversations: acknowledged, account } of waiting) {
    if (account !== undefined) keepHigher(ofAccounts, deviceId, { accountId, deviceId, sequence: account });
    for (const { conversationId, sequence } of acknowledged) {
      const cursor = { accountId, deviceId, sequence, conversationId };
      keepHigher(ofConversations, `${conversationId} ${deviceId}`, cursor);
    }
  }
  return { ofAccounts, ofConversations };
}

function keepHigher<One extends AccountCursor>(into: Map<string, One>, key: string, cursor: One) {
  if (cursor.sequence > (into.get(key)?.sequence ?? 0)) into.set(key, cursor);
}

async function raiseAccountCursor(tx: Queries, { accountId, deviceId, sequence }: AccountCursor) {
  const head = sql`(SELECT ${accounts.eventHead} FROM ${accounts} WHERE ${accounts.id} = ${accountId})`;
  await tx
    .update(devices)
    .set({ accountCursor: sequence })
    .where(
      and(eq(devices.id, deviceId), sql`${devices.accountCursor} < ${sequence}`, sql`${head} >= ${sequence}`),
    );
}

async function raiseCursor(tx: Queries, { conversationId, deviceId, sequence }: Cursor) {
  const head = sql`(SELECT ${conversations.head} FROM ${conversations} WHERE ${conversations.id} = ${conversationId})`;
  const raised = await tx
    .update(conversationDevices)
    .set({ cursor: sequence })
    .where(
      and(
        eq(conversationDevices.conversationId, conversationId),
        eq(conversationDevices.deviceId, deviceId),
        sql`${conversationDevices.cursor} < ${sequence}`,
        sql`${head} >= ${sequence}`,
      ),
    )
    .returning({ cursor: conversationDevices.cursor });
  return raised.length > 0;
}

/** An account has what the slowest of its devices has. */
async function readSlowest(tx: Queries, conversationId: ConversationId, accountId: AccountId) {
  const [row] = await tx
    .select({ sequence: min(conversationDevices.cursor), version: conversations.membershipVersion })
    .from(conversationDevices)
    .innerJoin(conversations, eq(conversations.id, conversationDevices.conversationId))
    .where(
      and(
        eq(conversationDevices.conversationId, conversationId),
        eq(conversationDevices.accountId, accountId),
      ),
    )
    .groupBy(conversations.membershipVersion);
  return row === undefined ? undefined : { sequence: Number(row.sequence ?? 0), version: row.version };
}
