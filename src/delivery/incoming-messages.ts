import { and, eq, lt, type SQL, sql } from "drizzle-orm";
import type { Queries } from "../db/database.ts";
import {
  conversationDevices,
  conversationMembers,
  conversations,
  epochRemovals,
  events,
} from "../db/tables.ts";
import type { MessageEvent, SendMessage } from "../protocol/delivery.ts";
import type { AccountId, ConversationId, DeviceId, MessageId } from "../protocol/ids.ts";

/** A message that waits for its write. */
export interface Incoming {
  readonly message: SendMessage;
  readonly accountId: AccountId;
  readonly deviceId: DeviceId;
}

/** What the database says of a sender in its conversation. */
export interface Standing {
  readonly conversationId: ConversationId;
  readonly deviceId: DeviceId;
  readonly generation: number;
  readonly epoch: number;
  readonly membershipVersion: number;
  readonly joinedEpoch: number;
  readonly head: number;
  readonly counter: number;
}

/** One query for all senders of a batch; strangers are simply not in the answer. */
export function readStandings(tx: Queries, incoming: readonly Incoming[]): Promise<Standing[]> {
  const asked = sql.join(
    incoming.map(({ message, deviceId }) => sql`(${message.conversationId}, ${deviceId})`),
    sql`, `,
  );
  return tx
    .select({
      conversationId: conversationDevices.conversationId,
      deviceId: conversationDevices.deviceId,
      generation: conversations.generation,
      epoch: conversations.epoch,
      membershipVersion: conversations.membershipVersion,
      joinedEpoch: conversationDevices.joinedEpoch,
      head: conversations.head,
      counter: conversationDevices.counter,
    })
    .from(conversationDevices)
    .innerJoin(conversations, eq(conversations.id, conversationDevices.conversationId))
    .innerJoin(
      conversationMembers,
      and(
        eq(conversationMembers.conversationId, conversationDevices.conversationId),
        eq(conversationMembers.accountId, conversationDevices.accountId),
        sql`${conversationMembers.leftSequence} IS NULL`,
      ),
    )
    .where(
      sql`(${conversationDevices.conversationId}, ${conversationDevices.deviceId}) IN (VALUES ${asked})`,
    );
}

export interface Known {
  readonly conversationId: ConversationId;
  readonly messageId: MessageId;
  readonly senderDeviceId: DeviceId;
  readonly sequence: number;
  readonly sentAt: number;
}

/** Those of a batch that were taken before: one query for all. */
export function readKnown(tx: Queries, incoming: readonly Incoming[]): Promise<Known[]> {
  const asked = sql.join(
    incoming.map(({ message }) => sql`(${message.conversationId}, ${message.messageId})`),
    sql`, `,
  );
  return tx
    .select({
      conversationId: events.conversationId,
      messageId: events.messageId,
      senderDeviceId: events.senderDeviceId,
      sequence: events.sequence,
      sentAt: events.sentAt,
    })
    .from(events)
    .where(sql`(${events.conversationId}, ${events.messageId}) IN (VALUES ${asked})`);
}

/** Whether a commit with a Remove ended this epoch or a later one. */
export async function liesBehindRemove(tx: Queries, { message }: Incoming): Promise<boolean> {
  const found = await tx
    .select({ epoch: epochRemovals.epoch })
    .from(epochRemovals)
    .where(
      and(
        eq(epochRemovals.conversationId, message.conversationId),
        eq(epochRemovals.generation, message.generation),
        sql`${epochRemovals.epoch} >= ${message.epoch}`,
      ),
    )
    .limit(1);
  return found.length > 0;
}

export async function insertMessages(
  tx: Queries,
  told: readonly { conversationId: ConversationId; event: MessageEvent }[],
): Promise<void> {
  await tx.insert(events).values(
    told.map(({ conversationId, event }) => ({
      conversationId,
      kind: "message" as const,
      sequence: event.sequence,
      messageId: event.messageId,
      senderAccountId: event.senderAccountId,
      senderDeviceId: event.senderDeviceId,
      generation: event.generation,
      epoch: event.epoch,
      counter: event.counter,
      body: event.ciphertext,
      collapseKey: event.collapseKey ?? null,
      expiresAt: event.expiresAt ?? null,
      frankingTag: event.frankingTag ?? null,
      sentAt: event.sentAt,
    })),
  );
}

/** The older ones of the same device under the same key. */
export async function dropCollapsed(tx: Queries, conversationId: ConversationId, event: MessageEvent) {
  if (event.collapseKey === undefined) return;
  await tx
    .delete(events)
    .where(
      and(
        eq(events.conversationId, conversationId),
        eq(events.senderDeviceId, event.senderDeviceId),
        eq(events.collapseKey, event.collapseKey),
        lt(events.sequence, event.sequence),
      ),
    );
}

export async function raiseHeads(tx: Queries, heads: ReadonlyMap<ConversationId, number>): Promise<void> {
  const rows = [...heads].map(([id, head]) => sql`(${id}, CAST(${head} AS BIGINT))`);
  await tx
    .update(conversations)
    .set({ head: sql`raised.column2` })
    .from(valuesAs(rows, "raised"))
    .where(sql`${conversations.id} = raised.column1`);
}

export async function raiseCounters(tx: Queries, standings: readonly Standing[]): Promise<void> {
  const rows = standings.map(
    ({ conversationId, deviceId, counter }) =>
      sql`(${conversationId}, ${deviceId}, CAST(${counter} AS BIGINT))`,
  );
  await tx
    .update(conversationDevices)
    .set({ counter: sql`raised.column3` })
    .from(valuesAs(rows, "raised"))
    .where(
      and(
        sql`${conversationDevices.conversationId} = raised.column1`,
        sql`${conversationDevices.deviceId} = raised.column2`,
      ),
    );
}

/** Rows as a table whose columns both dialects call column1, column2, … */
function valuesAs(rows: readonly SQL[], name: string): SQL {
  return sql`(VALUES ${sql.join([...rows], sql`, `)}) AS ${sql.raw(name)}`;
}
