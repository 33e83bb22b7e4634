import { and, asc, eq, isNull } from "drizzle-orm";
import type { Answering } from "../answer.ts";
import { accounts, deviceLog } from "../db/tables.ts";
import { take } from "../limits/take.ts";
import type { showDeviceLog } from "../protocol/devices.ts";
import { Refusal } from "../refusal.ts";

const MOST_SHOWN = 1000;

export const answerShowDeviceLog: Answering<typeof showDeviceLog> = async ({ accountId }, request) => {
  const { app, session } = request;
  take(request, "look_up", session.accountId);
  const [account] = await app.db.read
    .select({ id: accounts.id })
    .from(accounts)
    .where(and(eq(accounts.id, accountId), isNull(accounts.disabledAt)));
  if (account === undefined) throw new Refusal("account.not_found");
  const rows = await app.db.read
    .select({ entry: deviceLog.entry })
    .from(deviceLog)
    .where(eq(deviceLog.accountId, accountId))
    .orderBy(asc(deviceLog.position))
    .limit(MOST_SHOWN);
  return { entries: rows.map(({ entry }) => entry) };
};
