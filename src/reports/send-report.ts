import { and, eq, sql } from "drizzle-orm";
import type { Answering } from "../answer.ts";
import { appendAudit, auditedBy } from "../audit/append-audit.ts";
import type { Queries } from "../db/database.ts";
import { accounts, reports } from "../db/tables.ts";
import { take } from "../limits/take.ts";
import type { AccountId, ReportId } from "../protocol/ids.ts";
import type { sendReport } from "../protocol/reports.ts";
import { Refusal } from "../refusal.ts";
import { encodeEvidence } from "./evidence.ts";
import { verifyEvidence } from "./verify-evidence.ts";

/** Of one account, undecided. */
export const MOST_OPEN = 50;

export const answerSendReport: Answering<typeof sendReport> = async (sent, request) => {
  const { app, session } = request;
  take(request, "report", session.accountId);
  const { reportId: id, accountId: reported, reason, comment } = sent;
  const reporter = session.accountId;
  const isEmpty = comment.trim() === "" && sent.messages.length === 0;
  if (isEmpty || reported === reporter) throw new Refusal("request.malformed");
  if (await isKnown(app.db.read, id, reporter)) return {};
  await demandAccount(app.db.read, reported);
  const evidence = await verifyEvidence(app.db.read, { reporter, reported }, sent.messages);
  const row = {
    id,
    reporterAccountId: reporter,
    reportedAccountId: reported,
    reason,
    comment,
    messages: evidence.length,
    evidence: encodeEvidence(evidence),
    createdAt: app.clock.now(),
    state: "open" as const,
    note: "",
  };
  await app.db.write(async (tx) => {
    if (await isKnown(tx, id, reporter)) return;
    await demandFew(tx, reporter);
    await tx.insert(reports).values(row);
    await appendAudit(tx, { ...auditedBy(request), action: "report.sent", target: id });
  });
  return {};
};

async function isKnown(queries: Queries, id: ReportId, reporter: AccountId): Promise<boolean> {
  const [known] = await queries
    .select({ by: reports.reporterAccountId })
    .from(reports)
    .where(eq(reports.id, id));
  if (known !== undefined && known.by !== reporter) throw new Refusal("request.malformed");
  return known !== undefined;
}

async function demandAccount(queries: Queries, id: AccountId): Promise<void> {
  const found = await queries.select({ id: accounts.id }).from(accounts).where(eq(accounts.id, id));
  if (found.length === 0) throw new Refusal("account.not_found");
}

async function demandFew(queries: Queries, reporter: AccountId): Promise<void> {
  const [open] = await queries
    .select({ count: sql<number>`COUNT(*)`.mapWith(Number) })
    .from(reports)
    .where(and(eq(reports.reporterAccountId, reporter), eq(reports.state, "open")));
  if ((open?.count ?? 0) >= MOST_OPEN) throw new Refusal("report.too_many");
}
