import type { Answering } from "../answer.ts";
import { auditedBy } from "../audit/append-audit.ts";
import type * as wire from "../protocol/settings.ts";
import { changeSettings, readSettings } from "./settings.ts";

export const answerShowSettings: Answering<typeof wire.showSettings> = (_input, { app }) => readSettings(app);

export const answerChangeSettings: Answering<typeof wire.changeSettings> = async (wanted, request) => {
  await changeSettings(request.app, wanted, auditedBy(request));
  return readSettings(request.app);
};
