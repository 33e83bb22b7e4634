import { and, isNull, lte, or, sql } from "drizzle-orm";
import { dropEnclosures } from "../accounts/enclosures.ts";
import type { App } from "../app.ts";
import { accountEvents, devices } from "../db/tables.ts";

const DAY = 24 * 60 * 60 * 1000;
/** A browser put back to an older copy of itself may ask again for this long. */
const KEPT_FOR = 30 * DAY;

/** Periodic: Welcomes and the like go some time after every device that they are for has them. */
export async function dropAccountEvents({ db, clock }: Pick<App, "db" | "clock">): Promise<void> {
  const everybodyHas = db.read
    .select({ cursor: sql`MIN(${devices.accountCursor})` })
    .from(devices)
    .where(
      and(
        sql`${devices.accountId} = ${accountEvents.accountId}`,
        isNull(devices.revokedAt),
        or(isNull(accountEvents.deviceId), sql`${devices.id} = ${accountEvents.deviceId}`),
      ),
    );
  await db.write(async (tx) => {
    await tx
      .delete(accountEvents)
      .where(
        and(
          lte(accountEvents.createdAt, clock.now() - KEPT_FOR),
          sql`${accountEvents.sequence} <= (${everybodyHas})`,
        ),
      );
    await dropEnclosures(tx);
  });
}
