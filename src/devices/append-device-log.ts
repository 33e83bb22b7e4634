import { desc, eq } from "drizzle-orm";
import type { Queries } from "../db/database.ts";
import { deviceLog } from "../db/tables.ts";
import { decodeDeviceLogEntry, LOG_START } from "../protocol/device-log.ts";
import type { AccountId } from "../protocol/ids.ts";
import { equalBytes } from "../protocol/signing.ts";
import { Refusal } from "../refusal.ts";
import type { VerifiedEntry } from "./judge-log-entry.ts";

/**
 * Inside the caller's write. The entry must follow the last one, and an account key that was rotated away
 * signs nothing more; otherwise the log has moved on under the signer.
 */
export async function appendDeviceLog(
  tx: Queries,
  accountId: AccountId,
  { entry, encoded, hash }: VerifiedEntry,
): Promise<void> {
  const [last] = await tx
    .select()
    .from(deviceLog)
    .where(eq(deviceLog.accountId, accountId))
    .orderBy(desc(deviceLog.position))
    .limit(1);
  const head = last ?? LOG_START;
  const newestKey = last === undefined ? 0 : (decodeDeviceLogEntry(last.entry)?.accountKey.version ?? 0);
  const follows = entry.position === head.position + 1 && equalBytes(entry.previous, head.hash);
  if (!follows || entry.accountKey.version < newestKey) throw new Refusal("device.log_behind");
  await tx.insert(deviceLog).values({ accountId, position: entry.position, entry: encoded, hash });
}
