import { and, eq, gt, isNull, ne } from "drizzle-orm";
import type { Queries } from "../db/database.ts";
import { keyPackages } from "../db/tables.ts";
import { KEY_PACKAGES } from "../protocol/devices.ts";
import type { DeviceId } from "../protocol/ids.ts";
import { Refusal } from "../refusal.ts";
import type { JudgedKeyPackage } from "./judge-key-packages.ts";

/**
 * Inside the caller's write. One that is known already, handed out or not, stays as it is: sent twice, it
 * is still handed out once. A new last resort takes the place of the old. Answers how many remain.
 */
export async function storeKeyPackages(
  tx: Queries,
  deviceId: DeviceId,
  judged: readonly JudgedKeyPackage[],
  now: number,
): Promise<number> {
  const rows = judged.map((one) => ({ ...one, deviceId, createdAt: now }));
  if (rows.length > 0) await tx.insert(keyPackages).values(rows).onConflictDoNothing();
  const lastResort = judged.find((one) => one.lastResort);
  if (lastResort !== undefined) await dropLastResortsBut(tx, deviceId, lastResort);
  const remaining = await countRemaining(tx, deviceId, now);
  if (remaining > KEY_PACKAGES.full) throw new Refusal("key_package.too_many");
  return remaining;
}

/** Those that can still be handed out, the last resort not counted. */
export async function countRemaining(queries: Queries, deviceId: DeviceId, now: number): Promise<number> {
  return queries.$count(
    keyPackages,
    and(
      eq(keyPackages.deviceId, deviceId),
      eq(keyPackages.lastResort, false),
      isNull(keyPackages.claimedAt),
      gt(keyPackages.expiresAt, now),
    ),
  );
}

/** Milliseconds; null without one. */
export async function endOfLastResort(queries: Queries, deviceId: DeviceId): Promise<number | null> {
  const [kept] = await queries
    .select({ endsAt: keyPackages.expiresAt })
    .from(keyPackages)
    .where(and(eq(keyPackages.deviceId, deviceId), eq(keyPackages.lastResort, true)));
  return kept?.endsAt ?? null;
}

async function dropLastResortsBut(tx: Queries, deviceId: DeviceId, kept: JudgedKeyPackage): Promise<void> {
  await tx
    .delete(keyPackages)
    .where(
      and(
        eq(keyPackages.deviceId, deviceId),
        eq(keyPackages.lastResort, true),
        ne(keyPackages.ref, kept.ref),
      ),
    );
}
