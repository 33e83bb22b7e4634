import type { Answering } from "../answer.ts";
import { encodeExternalSender } from "../mls/external-sender.ts";
import type { showExternalSender } from "../protocol/devices.ts";

export const answerShowExternalSender: Answering<typeof showExternalSender> = async (_input, { app }) => ({
  externalSender: encodeExternalSender(app.secrets.externalSender.publicKey, app.config.publicOrigin),
});
