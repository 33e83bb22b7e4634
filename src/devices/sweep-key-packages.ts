import { lte } from "drizzle-orm";
import type { App } from "../app.ts";
import { keyPackages } from "../db/tables.ts";

/** Periodic: drops what has expired. Handed out or not, it could not be uploaded again. */
export async function sweepKeyPackages({ db, clock }: Pick<App, "db" | "clock">): Promise<void> {
  await db.write(async (tx) => {
    await tx.delete(keyPackages).where(lte(keyPackages.expiresAt, clock.now()));
  });
}
