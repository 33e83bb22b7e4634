import { and, asc, desc, eq, gte, lt, sql } from "drizzle-orm";
import type { Answering } from "../answer.ts";
import { archiveRows, archives } from "../db/tables.ts";
import { take } from "../limits/take.ts";
import { ARCHIVE, type listArchives, type readArchive } from "../protocol/archive.ts";

const PAGE_BYTES = 1024 * 1024;
const LISTED = 100;

export const answerReadArchive: Answering<typeof readArchive> = async (
  { conversationId, before },
  request,
) => {
  const { app, session } = request;
  take(request, "archive_read", session.accountId);
  const rows = await app.db.read
    .select({ sequence: archiveRows.sequence, version: archiveRows.version, sealed: archiveRows.sealed })
    .from(archiveRows)
    .where(
      and(
        eq(archiveRows.accountId, session.accountId),
        eq(archiveRows.conversationId, conversationId),
        lt(archiveRows.sequence, before),
      ),
    )
    .orderBy(desc(archiveRows.sequence))
    .limit(ARCHIVE.page + 1);
  let bytes = 0;
  const end = rows.findIndex(({ sealed }, index) => {
    bytes += sealed?.byteLength ?? 0;
    return index >= ARCHIVE.page || (index > 0 && bytes > PAGE_BYTES);
  });
  return { rows: end < 0 ? rows : rows.slice(0, end), more: end >= 0 };
};

export const answerListArchives: Answering<typeof listArchives> = async ({ from }, { app, session }) => {
  const own = eq(archives.accountId, session.accountId);
  const rows = await app.db.read
    .select({ conversationId: archives.conversationId, upTo: archives.upTo, rows: archives.rows })
    .from(archives)
    .where(and(own, from === undefined ? undefined : gte(archives.conversationId, from)))
    .orderBy(asc(archives.conversationId))
    .limit(LISTED + 1);
  const [sum] = await app.db.read
    .select({ bytes: sql<number>`COALESCE(SUM(${archives.bytes}), 0)`.mapWith(Number) })
    .from(archives)
    .where(own);
  return {
    archives: rows.slice(0, LISTED),
    next: rows[LISTED]?.conversationId ?? null,
    bytes: sum?.bytes ?? 0,
  };
};
