import { and, eq, lt, sql } from "drizzle-orm";
import { forgetNamed } from "../attachments/name-attachments.ts";
import { type Locked, lockConversations } from "../conversations/lock-conversations.ts";
import type { PlainStatement, Queries, Writing } from "../db/database.ts";
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
  readonly limitsWriting: boolean;
  readonly head: number;
  readonly counter: number;
  /** When this account last wrote where it has to pause. */
  readonly wroteAt: number;
}

type Row = Record<string, string>;

const FIND_SEAT: PlainStatement = {
  sql: "SELECT joined_epoch, counter FROM conversation_devices WHERE conversation_id = $1 AND device_id = $2 AND account_id = $3",
  takes: ["text", "text", "text"],
};
const FIND_MEMBERSHIP: PlainStatement = {
  sql: "SELECT wrote_at FROM conversation_members WHERE conversation_id = $1 AND account_id = $2 AND left_sequence IS NULL",
  takes: ["text", "text"],
};
const FIND_KNOWN: PlainStatement = {
  sql: "SELECT kind, sender_device_id, sequence, sent_at FROM events WHERE conversation_id = $1 AND message_id = $2",
  takes: ["text", "text"],
};
const INSERT_MESSAGE: PlainStatement = {
  sql: `INSERT INTO events (conversation_id, sequence, kind, message_id, sender_account_id, sender_device_id,
    generation, epoch, counter, body, collapse_key, expires_at, franking_tag, attachment_ids,
    deletes, sent_at)
    VALUES ($1, $2, 'message', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
  takes: [
    ...(["text", "bigint", "text", "text", "text", "bigint", "bigint", "bigint"] as const),
    ...(["bytea", "text", "bigint", "bytea", "text", "text", "bigint"] as const),
  ],
};
const RAISE_HEAD: PlainStatement = {
  sql: "UPDATE conversations SET head = $2 WHERE id = $1",
  takes: ["text", "bigint"],
};
const NOTE_WRITTEN: PlainStatement = {
  sql: "UPDATE conversation_members SET wrote_at = $3 WHERE conversation_id = $1 AND account_id = $2",
  takes: ["text", "text", "bigint"],
};
const RAISE_COUNTER: PlainStatement = {
  sql: "UPDATE conversation_devices SET counter = $3 WHERE conversation_id = $1 AND device_id = $2",
  takes: ["text", "text", "bigint"],
};

/**
 * Undefined for a stranger. Nothing of these conversations changes before the write ends. Three small
 * questions instead of a join: SQLite plans a join anew at each call.
 */
export async function readStandings(
  tx: Writing,
  incoming: readonly Incoming[],
): Promise<(Standing | undefined)[]> {
  // In this order and on their way together: one connection runs them one after the other.
  const [groups, seats, memberships] = await Promise.all([
    lockConversations(
      tx,
      incoming.map(({ message }) => message.conversationId),
    ),
    tx.each<Row>(
      FIND_SEAT,
      incoming.map(({ message, deviceId, accountId }) => [message.conversationId, deviceId, accountId]),
    ),
    tx.each<Row>(
      FIND_MEMBERSHIP,
      incoming.map(({ message, accountId }) => [message.conversationId, accountId]),
    ),
  ]);
  return incoming.map((one, index) => {
    const [seat, membership] = [seats[index]?.[0], memberships[index]?.[0]];
    const group = groups.get(one.message.conversationId);
    return group && seat && membership && asStanding(one, group, { ...seat, ...membership });
  });
}

function asStanding({ message, deviceId }: Incoming, group: Locked, seat: Row): Standing {
  return {
    ...group,
    conversationId: message.conversationId,
    deviceId,
    joinedEpoch: Number(seat["joined_epoch"]),
    counter: Number(seat["counter"]),
    wroteAt: Number(seat["wrote_at"]),
  };
}

export interface Known {
  readonly kind: string;
  readonly senderDeviceId: string;
  readonly sequence: number;
  readonly sentAt: number;
}

/** Those of a batch that were taken before, at the same places. */
export async function readKnown(tx: Writing, incoming: readonly Incoming[]): Promise<(Known | undefined)[]> {
  const found = await tx.each<Row>(
    FIND_KNOWN,
    incoming.map(({ message }) => [message.conversationId, message.messageId]),
  );
  return found.map(([row]) => {
    if (row === undefined) return undefined;
    const senderDeviceId = row["sender_device_id"] ?? "";
    return {
      kind: row["kind"] ?? "",
      senderDeviceId,
      sequence: Number(row["sequence"]),
      sentAt: Number(row["sent_at"]),
    };
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
  told: ReadonlyMap<ConversationId, readonly MessageEvent[]>,
): Promise<void> {
  const rows = [...told].flatMap(([conversationId, all]) =>
    all.map((event) => [
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
      event.attachmentIds?.join(" ") ?? null,
      event.deletes ?? null,
      event.sentAt,
    ]),
  );
  await tx.each(INSERT_MESSAGE, rows);
}

/** The older ones of the same device under the same key, with what they named. */
export async function dropCollapsed(tx: Queries, conversationId: ConversationId, event: MessageEvent) {
  if (event.collapseKey === undefined) return;
  const dropped = await tx
    .delete(events)
    .where(
      and(
        eq(events.conversationId, conversationId),
        eq(events.senderDeviceId, event.senderDeviceId),
        eq(events.collapseKey, event.collapseKey),
        lt(events.sequence, event.sequence),
      ),
    )
    .returning({ messageId: events.messageId, attachmentIds: events.attachmentIds });
  const named = dropped.flatMap(({ messageId, attachmentIds }) => (attachmentIds === null ? [] : messageId));
  if (named.length > 0) await forgetNamed(tx, conversationId, event.senderAccountId, ...named);
}

export async function raiseHeads(tx: Writing, heads: ReadonlyMap<ConversationId, number>): Promise<void> {
  await tx.each(
    RAISE_HEAD,
    [...heads].map(([conversationId, head]) => [conversationId, head]),
  );
}

/** Of accounts that have to pause between their messages. */
export async function noteWritten(
  tx: Writing,
  wrote: readonly { conversationId: ConversationId; accountId: AccountId; at: number }[],
): Promise<void> {
  await tx.each(
    NOTE_WRITTEN,
    wrote.map(({ conversationId, accountId, at }) => [conversationId, accountId, at]),
  );
}

export async function raiseCounters(tx: Writing, standings: readonly Standing[]): Promise<void> {
  await tx.each(
    RAISE_COUNTER,
    standings.map(({ conversationId, deviceId, counter }) => [conversationId, deviceId, counter]),
  );
}
