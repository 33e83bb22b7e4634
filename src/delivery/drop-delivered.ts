import { and, eq, gt, lte, min, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import type { Queries } from "../db/database.ts";
import { conversationDevices, conversations, events } from "../db/tables.ts";
import type { ConversationId } from "../protocol/ids.ts";

const DAY = 24 * 60 * 60 * 1000;
/** Whoever was away for longer asks another device or the archive. */
export const KEPT_FOR = 90 * DAY;
/** A retry is known by its message id for as long again after that. */
const IDS_KEPT_FOR = 2 * KEPT_FOR;
const CONVERSATIONS_AT_ONCE = 500;

/** Drops what every member device has, or what is older than `KEPT_FOR`; ids are remembered for longer. */
export async function dropDelivered({ db, clock }: Pick<App, "db" | "clock">): Promise<void> {
  const now = clock.now();
  for (const { conversationId, everybodyHas } of await findPassed(db.read)) {
    await db.write((tx) => dropUpTo(tx, conversationId, everybodyHas));
  }
  for (const { conversationId, upTo } of await findOld(db.read, now - KEPT_FOR)) {
    await db.write((tx) => dropUpTo(tx, conversationId, upTo));
  }
  await db.write((tx) => tx.delete(events).where(lte(events.sentAt, now - IDS_KEPT_FOR)));
}

async function findPassed(queries: Queries) {
  const slowest = min(conversationDevices.cursor);
  const rows = await queries
    .select({ conversationId: conversationDevices.conversationId, everybodyHas: slowest })
    .from(conversationDevices)
    .innerJoin(conversations, eq(conversations.id, conversationDevices.conversationId))
    .groupBy(conversationDevices.conversationId, conversations.floor)
    .having(gt(slowest, sql`${conversations.floor}`))
    .limit(CONVERSATIONS_AT_ONCE);
  return rows.map((row) => ({ ...row, everybodyHas: Number(row.everybodyHas ?? 0) }));
}

async function findOld(queries: Queries, before: number) {
  const rows = await queries
    .select({ conversationId: events.conversationId, upTo: sql<number>`MAX(${events.sequence})` })
    .from(events)
    .innerJoin(conversations, eq(conversations.id, events.conversationId))
    .where(and(lte(events.sentAt, before), gt(events.sequence, sql`${conversations.floor}`)))
    .groupBy(events.conversationId)
    .limit(CONVERSATIONS_AT_ONCE);
  return rows.map((row) => ({ ...row, upTo: Number(row.upTo) }));
}

async function dropUpTo(tx: Queries, conversationId: ConversationId, sequence: number) {
  await tx
    .update(events)
    .set({ body: new Uint8Array(0), frankingTag: null })
    .where(
      and(
        eq(events.conversationId, conversationId),
        lte(events.sequence, sequence),
        sql`${events.sequence} > (SELECT ${conversations.floor} FROM ${conversations} WHERE ${conversations.id} = ${conversationId})`,
      ),
    );
  await tx
    .update(conversations)
    .set({ floor: sequence })
    .where(and(eq(conversations.id, conversationId), sql`${conversations.floor} < ${sequence}`));
}
