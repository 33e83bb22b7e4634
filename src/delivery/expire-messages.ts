import { and, isNotNull, lte } from "drizzle-orm";
import type { App } from "../app.ts";
import { events } from "../db/tables.ts";

/** Removes what has expired. Nothing expired is served before this ran either: see `sync.ts`. */
export async function expireMessages({ db, clock }: Pick<App, "db" | "clock">): Promise<number> {
  const removed = await db.write((tx) =>
    tx
      .delete(events)
      .where(and(isNotNull(events.expiresAt), lte(events.expiresAt, clock.now())))
      .returning({ sequence: events.sequence }),
  );
  return removed.length;
}
