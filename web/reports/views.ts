/** Fetched together: on its own each would be mostly the way to what both use. */
export { ReportDialog } from "./report-dialog.ts";
export { ReportsPage } from "./reports-page.ts";
