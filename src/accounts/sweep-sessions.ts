import { lte } from "drizzle-orm";
import type { App } from "../app.ts";
import { sessions } from "../db/tables.ts";
import { publishSession } from "./who-is-this.ts";

/** Periodic: forgets the sessions that were not used for too long. */
export async function sweepSessions(app: App): Promise<void> {
  const over = await app.db.write((tx) =>
    tx
      .delete(sessions)
      .where(lte(sessions.expiresAt, app.clock.now()))
      .returning({ sessionId: sessions.id, accountId: sessions.accountId }),
  );
  for (const session of over) publishSession(app, "session_ended", session);
}
