import { eq } from "drizzle-orm";
import type { Answering } from "../answer.ts";
import { sessions } from "../db/tables.ts";
import type { signOut } from "../protocol/accounts.ts";
import { endedSessionCookie } from "./session-token.ts";
import { publishSession } from "./who-is-this.ts";

/** The device stays registered; it is attached again by signing in on it. */
export const answerSignOut: Answering<typeof signOut> = async (_input, { app, session, setCookie }) => {
  await app.db.write(async (tx) => {
    await tx.delete(sessions).where(eq(sessions.id, session.sessionId));
  });
  publishSession(app, "session_ended", session);
  setCookie(endedSessionCookie(app.config));
  return {};
};
