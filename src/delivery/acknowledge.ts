import { and, eq, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import { type Locked, lockConversations } from "../conversations/lock-conversations.ts";
import { readAudiences } from "../conversations/read-audience.ts";
import type { Database, PlainStatement, Queries, Writing } from "../db/database.ts";
import { accounts, devices } from "../db/tables.ts";
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
    const { delivered, audiences } = await app.db.write((tx) => store(app, tx, waiting), "read_committed");
    for (const { conversationId, accountId, sequence } of delivered) {
      const audience = audiences.get(conversationId);
      if (audience === undefined) continue;
      app.hub.tellConversation(audience, { t: "delivered", conversationId, accountId, sequence });
    }
  } catch (error) {
    // The device acknowledges again with its next event, and whatever it misses it can fetch again.
    if (!app.closing.aborted) app.log.error("acknowledgements_lost", { error, count: waiting.length });
  }
}

interface Delivered {
  readonly conversationId: ConversationId;
  readonly accountId: AccountId;
  readonly sequence: number;
}

const FIND_CURSOR: PlainStatement = {
  sql: "SELECT cursor FROM conversation_devices WHERE conversation_id = $1 AND device_id = $2",
  takes: ["text", "text"],
};
const RAISE_CURSOR: PlainStatement = {
  sql: "UPDATE conversation_devices SET cursor = $3 WHERE conversation_id = $1 AND device_id = $2 AND cursor < $3",
  takes: ["text", "text", "bigint"],
};
/** An account has what the slowest of its devices has. */
const FIND_SLOWEST: PlainStatement = {
  sql: "SELECT MIN(cursor) AS sequence FROM conversation_devices WHERE conversation_id = $1 AND account_id = $2",
  takes: ["text", "text"],
};

async function store(app: App, tx: Writing, waiting: readonly Acknowledgement[]) {
  const { ofAccounts, ofConversations } = newestOf(waiting);
  for (const cursor of ofAccounts.values()) await raiseAccountCursor(tx, cursor);
  const behind = await thoseBehind(tx, [...ofConversations.values()]);
  // Only what the device is in: nobody holds up a conversation by naming it.
  const locked = await lockConversations(
    tx,
    behind.map(({ conversationId }) => conversationId),
  );
  const moved = await raiseCursors(tx, behind, locked);
  const delivered = await readDelivered(tx, moved);
  const versions = new Map<ConversationId, number>();
  for (const { conversationId } of delivered) {
    const conversation = locked.get(conversationId);
    if (conversation !== undefined) versions.set(conversationId, conversation.membershipVersion);
  }
  const audiences: Map<ConversationId, Audience> = await readAudiences(app, tx, versions);
  return { delivered, audiences };
}

async function thoseBehind(tx: Writing, cursors: readonly Cursor[]): Promise<Cursor[]> {
  const found = await tx.each<{ cursor: number | string }>(
    FIND_CURSOR,
    cursors.map(({ conversationId, deviceId }) => [conversationId, deviceId]),
  );
  return cursors.filter(({ sequence }, index) => {
    const before = found[index]?.[0];
    return before !== undefined && Number(before.cursor) < sequence;
  });
}

/** Those that are not above what was given out. */
async function raiseCursors(
  tx: Writing,
  behind: readonly Cursor[],
  locked: ReadonlyMap<ConversationId, Locked>,
): Promise<Cursor[]> {
  const moved = behind.filter(
    ({ conversationId, sequence }) => sequence <= (locked.get(conversationId)?.head ?? 0),
  );
  await tx.each(
    RAISE_CURSOR,
    moved.map(({ conversationId, deviceId, sequence }) => [conversationId, deviceId, sequence]),
  );
  return moved;
}

async function readDelivered(tx: Writing, moved: readonly Cursor[]): Promise<Delivered[]> {
  const accountsMoved = [
    ...new Map(moved.map((cursor) => [`${cursor.conversationId} ${cursor.accountId}`, cursor])).values(),
  ];
  const slowest = await tx.each<{ sequence: number | string }>(
    FIND_SLOWEST,
    accountsMoved.map(({ conversationId, accountId }) => [conversationId, accountId]),
  );
  return accountsMoved.map(({ conversationId, accountId }, index) => ({
    conversationId,
    accountId,
    sequence: Number(slowest[index]?.[0]?.sequence ?? 0),
  }));
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
