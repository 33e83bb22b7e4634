import type { Answering } from "../answer.ts";
import { loadMls } from "../mls/load-mls.ts";
import type { showExternalSender } from "../protocol/devices.ts";

export const answerShowExternalSender: Answering<typeof showExternalSender> = async (_input, { app }) => {
  const { publicKey } = app.secrets.externalSender;
  const { encodeExternalSender } = await loadMls();
  return { externalSender: encodeExternalSender(publicKey, app.config.publicOrigin) };
};
