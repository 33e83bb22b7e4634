import { and, eq, isNull } from "drizzle-orm";
import type { Answering, RequestContext } from "../answer.ts";
import type { App, SessionFacts } from "../app.ts";
import { devices, sessions } from "../db/tables.ts";
import type { Me, whoAmI } from "../protocol/accounts.ts";
import type { SessionId } from "../protocol/ids.ts";
import { Refusal } from "../refusal.ts";
import type { OpenedSession } from "./open-session.ts";
import { deviceChallenge, sessionCookie } from "./session-token.ts";
import { publishSession } from "./who-is-this.ts";

export const answerWhoAmI: Answering<typeof whoAmI> = async (_input, { app, session }) => ({
  me: session === undefined ? null : await describeMe(app, session),
});

/** Hands the new session's cookie to the browser, ends the sockets of its former one, and says who is in it. */
export async function welcome(
  { app, session: former, setCookie }: Pick<RequestContext, "app" | "session" | "setCookie">,
  { session, token }: OpenedSession,
): Promise<Me> {
  if (former !== undefined) publishSession(app, "session_ended", former);
  setCookie(sessionCookie(app.config, token));
  return describeMe(app, session);
}

/** What a device signs in order to be attached to this session. */
export async function challengeOf({ db }: Pick<App, "db">, sessionId: SessionId): Promise<string> {
  const [row] = await db.read
    .select({ tokenHash: sessions.tokenHash })
    .from(sessions)
    .where(eq(sessions.id, sessionId));
  if (row === undefined) throw new Refusal("session.missing");
  return deviceChallenge(row.tokenHash);
}

async function describeMe(app: App, session: SessionFacts): Promise<Me> {
  const ofAccount = and(eq(devices.accountId, session.accountId), isNull(devices.revokedAt));
  const rows = await app.db.read.select({ id: devices.id }).from(devices).where(ofAccount);
  const { accountId, username, role, sessionId, deviceId } = session;
  return {
    accountId,
    username,
    role,
    sessionId,
    deviceId: deviceId ?? null,
    devices: rows.length,
    deviceChallenge: await challengeOf(app, sessionId),
  };
}
