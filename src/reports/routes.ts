import { answer, type MountedRoute } from "../answer.ts";
import * as wire from "../protocol/reports.ts";
import { answerDecideReport } from "./decide-report.ts";
import { answerListReports, answerShowReport } from "./read-reports.ts";
import { answerSendReport } from "./send-report.ts";

export const reportRoutes: readonly MountedRoute[] = [
  answer(wire.sendReport, answerSendReport),
  answer(wire.listReports, answerListReports),
  answer(wire.showReport, answerShowReport),
  answer(wire.decideReport, answerDecideReport),
];
