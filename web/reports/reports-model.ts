import { createModel, signal } from "@preact/signals";
import type { ReportId } from "../../src/protocol/ids.ts";
import {
  decideReport,
  listReports,
  type ProvenMessage,
  type ReportCard,
  type ReportState,
  showReport,
} from "../../src/protocol/reports.ts";
import type { Call } from "../delivery/platform/api.ts";
import { readFailure } from "../read-failure.ts";

/** What people reported, as far as it was looked at. */
export const Reports = createModel((call: Call) => {
  const state = signal<ReportState>("open");
  const reports = signal<readonly ReportCard[] | undefined>(undefined);
  const next = signal<ReportId | null>(null);
  const failure = signal<string | undefined>(undefined);
  /** The one that stands open, with its evidence once it is here. */
  const shown = signal<{ readonly id: ReportId; readonly evidence?: readonly ProvenMessage[] } | undefined>(
    undefined,
  );
  const kept = signal<ReportId | undefined>(undefined);

  async function attempt(work: () => Promise<void>): Promise<void> {
    failure.value = undefined;
    try {
      await work();
    } catch (error) {
      failure.value = readFailure(error);
    }
  }

  const choose = (chosen: ReportState) => {
    state.value = chosen;
    reports.value = undefined;
    shown.value = undefined;
    kept.value = undefined;
    return attempt(async () => {
      const page = await call(listReports, { state: chosen });
      if (state.value !== chosen) return;
      reports.value = page.reports;
      next.value = page.next;
    });
  };

  const more = () =>
    attempt(async () => {
      const chosen = state.value;
      if (next.value === null) return;
      const page = await call(listReports, { state: chosen, after: next.value });
      if (state.value !== chosen) return;
      reports.value = [...(reports.value ?? []), ...page.reports];
      next.value = page.next;
    });

  const show = (id: ReportId) => {
    const isOpen = shown.value?.id === id;
    shown.value = isOpen ? undefined : { id };
    kept.value = undefined;
    return attempt(async () => {
      if (isOpen) return;
      const { report, evidence } = await call(showReport, { reportId: id });
      replace(report);
      if (shown.value?.id === id) shown.value = { id, evidence };
    });
  };

  const decide = (reportId: ReportId, decided: ReportState, note: string) =>
    attempt(async () => {
      kept.value = undefined;
      replace((await call(decideReport, { reportId, state: decided, note })).report);
      kept.value = reportId;
    });

  /** It stays where it is until the list is chosen anew. */
  function replace(report: ReportCard): void {
    reports.value = reports.value?.map((one) => (one.reportId === report.reportId ? report : one));
  }

  return { state, reports, next, failure, shown, kept, choose, more, show, decide };
});
export type Reports = InstanceType<typeof Reports>;
