import { and, desc, eq, inArray, lt, ne, or } from "drizzle-orm";
import type { Answering } from "../answer.ts";
import type { Queries } from "../db/database.ts";
import { accounts, reports } from "../db/tables.ts";
import type { AccountId, ReportId } from "../protocol/ids.ts";
import { type listReports, REPORT_PAGE, type ReportCard, type showReport } from "../protocol/reports.ts";
import { Refusal } from "../refusal.ts";
import { decodeEvidence, readEvidence } from "./evidence.ts";

/** All but the evidence, which is large. */
const CARD = {
  id: reports.id,
  reporterAccountId: reports.reporterAccountId,
  reportedAccountId: reports.reportedAccountId,
  reason: reports.reason,
  comment: reports.comment,
  messages: reports.messages,
  createdAt: reports.createdAt,
  state: reports.state,
  note: reports.note,
  decidedBy: reports.decidedBy,
  decidedAt: reports.decidedAt,
};
type CardRow = Omit<typeof reports.$inferSelect, "evidence">;

/** Nobody sees what was said about themselves, or who said it, and nobody decides on it. */
export function notAbout(account: AccountId) {
  return ne(reports.reportedAccountId, account);
}

export const answerListReports: Answering<typeof listReports> = async (
  { state, after },
  { app, session },
) => {
  const { read } = app.db;
  const rows = await read
    .select(CARD)
    .from(reports)
    .where(
      and(
        notAbout(session.accountId),
        state === undefined ? undefined : eq(reports.state, state),
        after === undefined ? undefined : await olderThan(read, after),
      ),
    )
    .orderBy(desc(reports.createdAt), desc(reports.id))
    .limit(REPORT_PAGE + 1);
  const page = rows.slice(0, REPORT_PAGE);
  const next = rows.length > REPORT_PAGE ? (page.at(-1)?.id ?? null) : null;
  return { reports: await asCards(read, page), next };
};

async function olderThan(queries: Queries, after: ReportId) {
  const [last] = await queries
    .select({ createdAt: reports.createdAt })
    .from(reports)
    .where(eq(reports.id, after));
  if (last === undefined) throw new Refusal("report.not_found");
  const { createdAt } = last;
  return or(lt(reports.createdAt, createdAt), and(eq(reports.createdAt, createdAt), lt(reports.id, after)));
}

export const answerShowReport: Answering<typeof showReport> = async ({ reportId }, { app, session }) => {
  const [row] = await app.db.read
    .select()
    .from(reports)
    .where(and(eq(reports.id, reportId), notAbout(session.accountId)));
  if (row === undefined) throw new Refusal("report.not_found");
  const { evidence, ...card } = row;
  return { report: await asCard(app.db.read, card), evidence: decodeEvidence(evidence).map(readEvidence) };
};

export async function asCard(queries: Queries, row: CardRow): Promise<ReportCard> {
  const [card] = await asCards(queries, [row]);
  if (card === undefined) throw new Error("one row, no card");
  return card;
}

async function asCards(queries: Queries, rows: readonly CardRow[]): Promise<ReportCard[]> {
  const named = rows.flatMap((row) => [row.reporterAccountId, row.reportedAccountId, row.decidedBy ?? []]);
  const names = await readNames(queries, [...new Set(named.flat())]);
  const who = (accountId: AccountId) => ({ accountId, username: names.get(accountId) ?? null });
  return rows.map(({ id, reporterAccountId, reportedAccountId, decidedBy, ...rest }) => ({
    ...rest,
    reportId: id,
    reporter: who(reporterAccountId),
    reported: who(reportedAccountId),
    decidedBy: decidedBy === null ? null : who(decidedBy),
  }));
}

async function readNames(queries: Queries, ids: AccountId[]): Promise<ReadonlyMap<AccountId, string>> {
  if (ids.length === 0) return new Map();
  const found = await queries
    .select({ id: accounts.id, username: accounts.username })
    .from(accounts)
    .where(inArray(accounts.id, ids));
  return new Map(found.map(({ id, username }) => [id, username]));
}
