import { and, asc, eq, gte, isNull, notExists, sql } from "drizzle-orm";
import type { Answering } from "../answer.ts";
import { conversationDevices, conversationMembers, conversations, events } from "../db/tables.ts";
import type { listUnseated } from "../protocol/conversations.ts";

const PAGE = 100;

export const answerListUnseated: Answering<typeof listUnseated> = async ({ from }, { app, session }) => {
  const seat = app.db.read
    .select({ one: sql`1` })
    .from(conversationDevices)
    .where(
      and(
        eq(conversationDevices.conversationId, conversationMembers.conversationId),
        eq(conversationDevices.deviceId, session.deviceId),
      ),
    );
  const rows = await app.db.read
    .select({
      conversationId: conversationMembers.conversationId,
      kind: conversations.kind,
      lastAt: events.sentAt,
    })
    .from(conversationMembers)
    .innerJoin(conversations, eq(conversations.id, conversationMembers.conversationId))
    .leftJoin(
      events,
      and(eq(events.conversationId, conversations.id), eq(events.sequence, conversations.head)),
    )
    .where(
      and(
        eq(conversationMembers.accountId, session.accountId),
        isNull(conversationMembers.leftSequence),
        notExists(seat),
        from === undefined ? undefined : gte(conversationMembers.conversationId, from),
      ),
    )
    .orderBy(asc(conversationMembers.conversationId))
    .limit(PAGE + 1);
  return {
    conversations: rows.slice(0, PAGE).map((row) => ({ ...row, lastAt: row.lastAt ?? 0 })),
    next: rows[PAGE]?.conversationId ?? null,
  };
};
