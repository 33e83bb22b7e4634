import { and, eq, lt, sql } from "drizzle-orm";
import type { Queries, Writing } from "../db/database.ts";
import { epochRemovals, events } from "../db/tables.ts";
import type { MessageEvent, SendMessage } from "../protocol/delivery.ts";
import type { AccountId, ConversationId, DeviceId } from "../protocol/ids.ts";

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

/** Undefined for a stranger. */
export async function readStandings(
  tx: Writing,
  incoming: readonly Incoming[],
): Promise<(Standing | undefined)[]> {
  const found = await tx.each<Record<string, string>>(
    `SELECT c.generation, c.epoch, c.head, c.membership_version, d.joined_epoch, d.counter
      FROM conversation_devices d
      JOIN conversations c ON c.id = d.conversation_id
      JOIN conversation_members m ON m.conversation_id = d.conversation_id AND m.account_id = d.account_id
      WHERE d.conversation_id = $1 AND d.device_id = $2 AND m.left_sequence IS NULL`,
    incoming.map(({ message, deviceId }) => [message.conversationId, deviceId]),
  );
  return incoming.map(({ message, deviceId }, index) => {
    const row = found[index]?.[0];
    return (
      row && {
        conversationId: message.conversationId,
        deviceId,
        generation: Number(row["generation"]),
        epoch: Number(row["epoch"]),
        membershipVersion: Number(row["membership_version"]),
        joinedEpoch: Number(row["joined_epoch"]),
        head: Number(row["head"]),
        counter: Number(row["counter"]),
      }
    );
  });
}

export interface Known {
  readonly senderDeviceId: string;
  readonly sequence: number;
  readonly sentAt: number;
}

/** Those of a batch that were taken before, at the same places. */
export async function readKnown(tx: Writing, incoming: readonly Incoming[]): Promise<(Known | undefined)[]> {
  const found = await tx.each<Record<string, string>>(
    "SELECT sender_device_id, sequence, sent_at FROM events WHERE conversation_id = $1 AND message_id = $2",
    incoming.map(({ message }) => [message.conversationId, message.messageId]),
  );
  return found.map(([row]) => {
    if (row === undefined) return undefined;
    const senderDeviceId = row["sender_device_id"] ?? "";
    return { senderDeviceId, sequence: Number(row["sequence"]), sentAt: Number(row["sent_at"]) };
  });
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
  tx: Writing,
  told: readonly { conversationId: ConversationId; event: MessageEvent }[],
): Promise<void> {
  await tx.each(
    `INSERT INTO events (conversation_id, sequence, kind, message_id, sender_account_id, sender_device_id,
      generation, epoch, counter, body, collapse_key, expires_at, franking_tag, sent_at)
      VALUES ($1, $2, 'message', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    told.map(({ conversationId, event }) => [
      conversationId,
      event.sequence,
      event.messageId,
      event.senderAccountId,
      event.senderDeviceId,
      event.generation,
      event.epoch,
      event.counter,
      event.ciphertext,
      event.collapseKey ?? null,
      event.expiresAt ?? null,
      event.frankingTag ?? null,
      event.sentAt,
    ]),
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

export async function raiseHeads(tx: Writing, heads: ReadonlyMap<ConversationId, number>): Promise<void> {
  await tx.each(
    "UPDATE conversations SET head = $2 WHERE id = $1",
    [...heads].map(([conversationId, head]) => [conversationId, head]),
  );
}

export async function raiseCounters(tx: Writing, standings: readonly Standing[]): Promise<void> {
  await tx.each(
    "UPDATE conversation_devices SET counter = $3 WHERE conversation_id = $1 AND device_id = $2",
    standings.map(({ conversationId, deviceId, counter }) => [conversationId, deviceId, counter]),
  );
}
