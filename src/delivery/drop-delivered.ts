import { and, asc, eq, gt, lte, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import { lockConversations } from "../conversations/lock-conversations.ts";
import type { Queries } from "../db/database.ts";
import { conversationDevices, conversations, events } from "../db/tables.ts";
import { IDS_KEPT_FOR } from "../protocol/delivery.ts";
import type { ConversationId } from "../protocol/ids.ts";

const DAY = 24 * 60 * 60 * 1000;
/** Whoever was away for longer asks another device or the archive. */
export const KEPT_FOR = 90 * DAY;
const AT_ONCE = 100;

/**
 * Drops what every member device has, or what is older than `KEPT_FOR`; ids are remembered for longer. Goes
 * through all conversations a few at a time, each by its key, so that nobody waits behind a large table.
 */
export async function dropDelivered({ db, clock }: Pick<App, "db" | "clock">): Promise<void> {
  const now = clock.now();
  for (let after = ""; ; ) {
    const page = await readAges(db.read, after);
    const ripe = page.filter((age) => isRipe(age, now));
    if (ripe.length > 0)
      await db.write(async (tx) => {
        await lockConversations(
          tx,
          ripe.map(({ conversationId }) => conversationId),
        );
        for (const age of ripe) await dropFrom(tx, age, now);
      }, "read_committed");
    const last = page.at(-1);
    if (last === undefined || page.length < AT_ONCE) return;
    after = last.conversationId;
    // SQLite's answers do not return to the event loop by themselves.
    await new Promise(setImmediate);
  }
}

interface Age {
  readonly conversationId: ConversationId;
  readonly floor: number;
  readonly everybodyHas: number;
  /** When the oldest event was sent whose id is remembered, and the oldest that still can be had. */
  readonly oldestId: number | undefined;
  readonly oldestKept: number | undefined;
}

async function readAges(queries: Queries, after: string): Promise<Age[]> {
  const { id, floor } = conversations;
  const rows = await queries
    .select({
      conversationId: id,
      floor,
      everybodyHas: sql<unknown>`(SELECT MIN(${conversationDevices.cursor}) FROM ${conversationDevices} WHERE ${conversationDevices.conversationId} = ${id})`,
      oldestId: sql<unknown>`(SELECT ${events.sentAt} FROM ${events} WHERE ${events.conversationId} = ${id} ORDER BY ${events.sequence} LIMIT 1)`,
      oldestKept: sql<unknown>`(SELECT ${events.sentAt} FROM ${events} WHERE ${events.conversationId} = ${id} AND ${events.sequence} > ${floor} ORDER BY ${events.sequence} LIMIT 1)`,
    })
    .from(conversations)
    .where(sql`${id} > ${after}`)
    .orderBy(asc(id))
    .limit(AT_ONCE);
  return rows.map((row) => ({
    conversationId: row.conversationId,
    floor: row.floor,
    everybodyHas: Number(row.everybodyHas ?? 0),
    oldestId: row.oldestId === null ? undefined : Number(row.oldestId),
    oldestKept: row.oldestKept === null ? undefined : Number(row.oldestKept),
  }));
}

function isRipe({ floor, everybodyHas, oldestId, oldestKept }: Age, now: number): boolean {
  const isOlderThan = (sentAt: number | undefined, age: number) =>
    sentAt !== undefined && sentAt <= now - age;
  return everybodyHas > floor || isOlderThan(oldestKept, KEPT_FOR) || isOlderThan(oldestId, IDS_KEPT_FOR);
}

async function dropFrom(tx: Queries, { conversationId, floor, everybodyHas }: Age, now: number) {
  const upTo = Math.max(everybodyHas, await lastSentBefore(tx, conversationId, floor, now - KEPT_FOR));
  if (upTo > floor) await raiseFloor(tx, conversationId, upTo);
  await tx
    .delete(events)
    .where(and(eq(events.conversationId, conversationId), lte(events.sentAt, now - IDS_KEPT_FOR)));
}

async function lastSentBefore(tx: Queries, conversationId: ConversationId, floor: number, before: number) {
  const [last] = await tx
    .select({ sequence: sql<unknown>`MAX(${events.sequence})` })
    .from(events)
    .where(
      and(eq(events.conversationId, conversationId), gt(events.sequence, floor), lte(events.sentAt, before)),
    );
  return Number(last?.sequence ?? 0);
}

/** Bodies go, ids stay, and the franking tags, which say nothing by themselves. */
async function raiseFloor(tx: Queries, conversationId: ConversationId, upTo: number) {
  const floor = sql`(SELECT ${conversations.floor} FROM ${conversations} WHERE ${conversations.id} = ${conversationId})`;
  await tx
    .update(events)
    .set({ body: new Uint8Array(0) })
    .where(
      and(
        eq(events.conversationId, conversationId),
        lte(events.sequence, upTo),
        sql`${events.sequence} > ${floor}`,
      ),
    );
  await tx
    .update(conversations)
    .set({ floor: upTo })
    .where(and(eq(conversations.id, conversationId), sql`${conversations.floor} < ${upTo}`));
}
