import { later } from "../ui/later.ts";
import type { ReportProps } from "./report-dialog.ts";

export const LaterReport = later<ReportProps>(
  async () => (await import("./views.ts")).ReportDialog,
  "reports",
);
