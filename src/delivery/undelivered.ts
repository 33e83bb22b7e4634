import { and, eq, gt, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import type { Database } from "../db/database.ts";
import { conversationMembers, conversations, events } from "../db/tables.ts";
import { keep } from "../limits/keep.ts";
import type { AccountId } from "../protocol/ids.ts";

interface Tally {
  readonly bytes: number;
  /** Undefined: only what came since this node began is added up yet. */
  readonly countedAt: number | undefined;
}

const RECOUNT_EVERY = 5_000;
/** This part of the room is given before anything is counted: most people never need more. */
const UNCOUNTED = 1 / 16;

/**
 * What each account has in the database that others have not fetched. Added up as it comes, counted when it
 * begins to matter, and counted anew when it seems full, since what was fetched has gone meanwhile.
 */
const tallies = new WeakMap<Database, Map<AccountId, Tally>>();

const counting = new WeakMap<Database, Map<AccountId, Promise<void>>>();

function talliesOf({ db }: App): Map<AccountId, Tally> {
  const known = tallies.get(db) ?? new Map<AccountId, Tally>();
  tallies.set(db, known);
  return known;
}

/** Before the write that asks `hasRoom`: what is counted there must not be counted inside it. */
export async function countUndelivered(app: App, accountId: AccountId, adding: number): Promise<void> {
  const now = app.clock.now();
  const known = talliesOf(app).get(accountId) ?? { bytes: 0, countedAt: undefined };
  const room = app.config.limits.undeliveredBytes * (known.countedAt === undefined ? UNCOUNTED : 1);
  if (known.bytes + adding <= room) return;
  if (known.countedAt === undefined || now - known.countedAt >= RECOUNT_EVERY)
    await countOnce(app, accountId, now);
}

/** All who wait for one count go on in the order in which they came: a device's counters only rise. */
function countOnce(app: App, accountId: AccountId, now: number): Promise<void> {
  const running = counting.get(app.db) ?? new Map<AccountId, Promise<void>>();
  counting.set(app.db, running);
  const started =
    running.get(accountId) ??
    sumOf(app, accountId)
      .then((bytes) => void keep(talliesOf(app), accountId, { bytes, countedAt: now }))
      .finally(() => running.delete(accountId));
  running.set(accountId, started);
  return started;
}

export function hasRoom(app: App, accountId: AccountId, adding: number): boolean {
  const known = talliesOf(app).get(accountId);
  return (known?.bytes ?? 0) + adding <= app.config.limits.undeliveredBytes;
}

export function noteStored(app: App, accountId: AccountId, bytes: number): void {
  const known = talliesOf(app).get(accountId) ?? { bytes: 0, countedAt: undefined };
  keep(talliesOf(app), accountId, { ...known, bytes: known.bytes + bytes });
}

/** Only above each conversation's floor, below which bodies are gone: it grows with what waits, not with what was. */
async function sumOf({ db }: App, accountId: AccountId): Promise<number> {
  const [row] = await db.read
    .select({ bytes: sql<string | number | null>`sum(length(${events.body}))` })
    .from(conversationMembers)
    .innerJoin(conversations, eq(conversations.id, conversationMembers.conversationId))
    .innerJoin(
      events,
      and(eq(events.conversationId, conversations.id), gt(events.sequence, conversations.floor)),
    )
    .where(and(eq(conversationMembers.accountId, accountId), eq(events.senderAccountId, accountId)));
  return Number(row?.bytes ?? 0);
}
