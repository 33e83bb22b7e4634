import { and, asc, eq, gt, gte, isNull, lte, or, sql } from "drizzle-orm";
import * as v from "valibot";
import { readEnclosures, withBody } from "../accounts/enclosures.ts";
import type { Answering } from "../answer.ts";
import { requireMember } from "../conversations/require-member.ts";
import type { Queries } from "../db/database.ts";
import {
  accountEvents,
  accounts,
  conversationDevices,
  conversations,
  enclosures,
  events,
} from "../db/tables.ts";
import { decodeBinary } from "../protocol/codec.ts";
import {
  type AccountEvent,
  accountEvent,
  type ConversationEvent,
  PAGE,
  type syncAccount,
  type syncConversation,
  type syncConversations,
} from "../protocol/delivery.ts";
import type { AttachmentId, ConversationId } from "../protocol/ids.ts";
import { Refusal } from "../refusal.ts";
import { readIncarnation } from "../settings/incarnation.ts";

const PAGE_BYTES = 1024 * 1024;
/** Welcomes are large, and one always passes. */
const ACCOUNT_PAGE_BYTES = 2 * 1024 * 1024;

/** Events of one conversation, from where this device joined it on. */
export const answerSyncConversation: Answering<typeof syncConversation> = async (
  { conversationId, after, limit },
  { app, session },
) => {
  const { conversation, own } = await requireMember(app.db.read, conversationId, session.deviceId);
  const { head, floor } = conversation;
  const from = Math.max(after, own.joinedSequence);
  if (from < floor) throw new Refusal("sync.gone");
  const rows = await app.db.read
    .select()
    .from(events)
    .where(
      and(
        eq(events.conversationId, conversationId),
        gt(events.sequence, from),
        lte(events.sequence, head),
        or(isNull(events.expiresAt), gt(events.expiresAt, app.clock.now())),
      ),
    )
    .orderBy(asc(events.sequence))
    .limit(limit);
  // Since the floor was read, bodies above it may have been emptied.
  if (from < (await readFloor(app.db.read, conversationId))) throw new Refusal("sync.gone");
  const page = withinBytes(rows, ({ body }) => body.byteLength, PAGE_BYTES);
  const isLast = rows.length < limit && page.length === rows.length;
  const upTo = isLast ? head : (page.at(-1)?.sequence ?? from);
  return { events: page.map(asEvent), upTo, head, counter: own.counter };
};

async function readFloor(queries: Queries, id: ConversationId): Promise<number> {
  const [found] = await queries
    .select({ floor: conversations.floor })
    .from(conversations)
    .where(eq(conversations.id, id));
  return found?.floor ?? 0;
}

type Row = typeof events.$inferSelect;

function withinBytes<Item>(rows: readonly Item[], bytesOf: (row: Item) => number, most: number): Item[] {
  let bytes = 0;
  const end = rows.findIndex((row, index) => {
    bytes += bytesOf(row);
    return index > 0 && bytes > most;
  });
  return end < 0 ? [...rows] : rows.slice(0, end);
}

function asEvent(row: Row): ConversationEvent {
  const { sequence, senderAccountId, senderDeviceId, sentAt, generation, epoch } = row;
  const shared = { sequence, senderAccountId, senderDeviceId, sentAt, generation, epoch };
  if (row.kind === "commit") return { kind: "commit", ...shared, commitId: row.messageId, commit: row.body };
  if (row.kind === "proposal")
    return { kind: "proposal", sequence, sentAt, generation, epoch, proposal: row.body };
  if (row.kind === "left") return { kind: "left", ...shared, statement: row.body };
  if (row.kind === "erased") return asErased(row);
  return {
    kind: "message",
    ...shared,
    messageId: row.messageId,
    counter: row.counter,
    ciphertext: row.body,
    ...(row.collapseKey === null ? {} : { collapseKey: row.collapseKey }),
    ...(row.expiresAt === null ? {} : { expiresAt: row.expiresAt }),
    ...(row.frankingTag === null ? {} : { frankingTag: row.frankingTag }),
    ...(row.attachmentIds === null ? {} : { attachmentIds: row.attachmentIds.split(" ") as AttachmentId[] }),
    ...(row.deletes === null ? {} : { deletes: row.deletes }),
  };
}

function asErased(row: Row): ConversationEvent {
  const { sequence, senderAccountId, senderDeviceId, sentAt, generation, messageId, counter, body } = row;
  const sender = { senderAccountId, senderDeviceId, sentAt };
  const expiry = row.expiresAt === null ? {} : { expiresAt: row.expiresAt };
  return { kind: "erased", sequence, ...sender, messageId, generation, counter, hash: body, ...expiry };
}

/** What concerns the account as a whole, or this device of it. */
export const answerSyncAccount: Answering<typeof syncAccount> = async ({ after }, { app, session }) => {
  const [account] = await app.db.read
    .select({ head: accounts.eventHead })
    .from(accounts)
    .where(eq(accounts.id, session.accountId));
  const head = account?.head ?? 0;
  const rows = await app.db.read
    .select({
      sequence: accountEvents.sequence,
      payload: accountEvents.payload,
      enclosureId: accountEvents.enclosureId,
      enclosed: sql<string | number | null>`length(${enclosures.body})`,
    })
    .from(accountEvents)
    .leftJoin(enclosures, eq(enclosures.id, accountEvents.enclosureId))
    .where(
      and(
        eq(accountEvents.accountId, session.accountId),
        gt(accountEvents.sequence, after),
        lte(accountEvents.sequence, head),
        or(isNull(accountEvents.deviceId), eq(accountEvents.deviceId, session.deviceId)),
      ),
    )
    .orderBy(asc(accountEvents.sequence))
    .limit(PAGE.events);
  const page = withinBytes(
    rows,
    ({ payload, enclosed }) => payload.byteLength + Number(enclosed ?? 0),
    ACCOUNT_PAGE_BYTES,
  );
  const isLast = rows.length < PAGE.events && page.length === rows.length;
  return {
    incarnation: await readIncarnation(app),
    events: await asAccountEvents(app.db.read, page),
    upTo: isLast ? head : (page.at(-1)?.sequence ?? after),
    head,
  };
};

/** With what they carry, read for this page alone. */
async function asAccountEvents(
  queries: Queries,
  rows: readonly Pick<typeof accountEvents.$inferSelect, "payload" | "enclosureId">[],
): Promise<AccountEvent[]> {
  const bodies = await readEnclosures(
    queries,
    rows.flatMap(({ enclosureId }) => enclosureId ?? []),
  );
  return rows.map(({ payload, enclosureId }) => {
    const stored = decodeBinary(payload) as AccountEvent;
    const body = enclosureId === null ? undefined : bodies.get(enclosureId);
    return v.parse(accountEvent, body ? withBody(stored, body) : stored);
  });
}

/** Which conversations have something that this device has not acknowledged, or all it is in. */
export const answerSyncConversations: Answering<typeof syncConversations> = async (
  { from, all },
  { app, session },
) => {
  const rows = await app.db.read
    .select({
      conversationId: conversationDevices.conversationId,
      head: conversations.head,
      acknowledged: conversationDevices.cursor,
      counter: conversationDevices.counter,
    })
    .from(conversationDevices)
    .innerJoin(conversations, eq(conversations.id, conversationDevices.conversationId))
    .where(
      and(
        eq(conversationDevices.deviceId, session.deviceId),
        all > 0 ? undefined : gt(conversations.head, sql`${conversationDevices.cursor}`),
        from === undefined ? undefined : gte(conversationDevices.conversationId, from),
      ),
    )
    .orderBy(asc(conversationDevices.conversationId))
    .limit(PAGE.conversations + 1);
  const next = rows[PAGE.conversations]?.conversationId ?? null;
  return { changed: rows.slice(0, PAGE.conversations), next };
};
