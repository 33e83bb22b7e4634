import type { Answering } from "../answer.ts";
import type { describeServer } from "../protocol/accounts.ts";
import { readIncarnation } from "../settings/incarnation.ts";
import { readSettings } from "../settings/settings.ts";
import { isSetUp } from "./setup-link.ts";

export const answerDescribeServer: Answering<typeof describeServer> = async (_input, { app }) => {
  const { serverName, registration } = await readSettings(app);
  return {
    name: serverName,
    registration,
    setUp: await isSetUp(app),
    build: app.build,
    incarnation: await readIncarnation(app),
    origin: app.config.publicOrigin,
  };
};
