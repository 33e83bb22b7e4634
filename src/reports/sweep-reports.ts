import { lte } from "drizzle-orm";
import type { App } from "../app.ts";
import { reports } from "../db/tables.ts";
import { REPORT_KEPT_FOR } from "../protocol/reports.ts";

/** Periodic: what was decided long ago goes, with all that it disclosed. */
export async function sweepReports({ db, clock }: Pick<App, "db" | "clock">): Promise<void> {
  await db.write((tx) => tx.delete(reports).where(lte(reports.decidedAt, clock.now() - REPORT_KEPT_FOR)));
}
