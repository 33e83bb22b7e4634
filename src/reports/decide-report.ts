import { and, eq } from "drizzle-orm";
import type { Answering } from "../answer.ts";
import { appendAudit, auditedBy } from "../audit/append-audit.ts";
import { reports } from "../db/tables.ts";
import type { decideReport } from "../protocol/reports.ts";
import { Refusal } from "../refusal.ts";
import { asCard, notAbout } from "./read-reports.ts";

/** The last decision holds; that there was one stays in the audit, without the note. */
export const answerDecideReport: Answering<typeof decideReport> = async (
  { reportId, state, note },
  request,
) => {
  const { app, session } = request;
  const decidedAt = state === "open" ? null : app.clock.now();
  const row = await app.db.write(async (tx) => {
    const [decided] = await tx
      .update(reports)
      .set({ state, note, decidedAt, decidedBy: session.accountId })
      .where(and(eq(reports.id, reportId), notAbout(session.accountId)))
      .returning();
    if (decided === undefined) throw new Refusal("report.not_found");
    await appendAudit(tx, { ...auditedBy(request), action: "report.decided", target: reportId });
    return decided;
  });
  const { evidence: _, ...card } = row;
  return { report: await asCard(app.db.read, card) };
};
