import { and, eq, gt, isNull } from "drizzle-orm";
import type { App, SessionFacts } from "../app.ts";
import type { Database } from "../db/database.ts";
import { accounts, devices, sessions } from "../db/tables.ts";
import type { AccountId, SessionId } from "../protocol/ids.ts";
import { SESSION_LIFETIME } from "./open-session.ts";
import { hashSecret, readSessionToken } from "./session-token.ts";

const FRESH_FOR = 60_000;
const TOUCHED_EVERY = 60 * 60_000;
/** Those who speak now; who only listens is not asked again. */
const MOST_REMEMBERED = 4_000;

/** The one way to ask who sends a request. Undefined: nobody that this server knows, or no longer. */
export async function whoIsThis(app: App, cookieHeader: string | null): Promise<SessionFacts | undefined> {
  const token = readSessionToken(app.config, cookieHeader);
  if (token === undefined) return undefined;
  const now = app.clock.now();
  const remembered = rememberedOf(app).byToken.get(token);
  if (remembered !== undefined && now - remembered.checkedAt < FRESH_FOR && now < remembered.expiresAt)
    return remembered.session;
  return lookUp(app, token, now);
}

/** Tells everybody, this file's memory first, that a session is over or has another device or role. */
export function publishSession(
  app: App,
  kind: "session_ended" | "session_changed",
  of: { sessionId: SessionId; accountId: AccountId },
): void {
  forget(rememberedOf(app), of.sessionId);
  app.facts.publish({ kind, sessionId: of.sessionId, accountId: of.accountId });
}

async function lookUp(app: App, token: string, now: number): Promise<SessionFacts | undefined> {
  const remembered = rememberedOf(app);
  const { changes } = remembered;
  const [row] = await app.db.read
    .select({
      sessionId: sessions.id,
      accountId: sessions.accountId,
      deviceId: sessions.deviceId,
      username: accounts.username,
      role: accounts.role,
      lastUsedAt: sessions.lastUsedAt,
      expiresAt: sessions.expiresAt,
    })
    .from(sessions)
    .innerJoin(accounts, eq(accounts.id, sessions.accountId))
    .where(
      and(
        eq(sessions.tokenHash, hashSecret(token)),
        gt(sessions.expiresAt, now),
        isNull(accounts.disabledAt),
      ),
    );
  if (row === undefined) return undefined;
  const { sessionId, accountId, username, role } = row;
  const session = { sessionId, accountId, username, role, deviceId: row.deviceId ?? undefined };
  if (now - row.lastUsedAt >= TOUCHED_EVERY) await touch(app.db, session, now);
  /* What was read before a change must not be believed after it: a socket would stay open with it. */
  if (changes !== remembered.changes) return lookUp(app, token, now);
  remember(remembered, token, session, now, row.expiresAt);
  return session;
}

async function touch(db: Database, { sessionId, deviceId }: SessionFacts, now: number): Promise<void> {
  await db.write(async (tx) => {
    const used = { lastUsedAt: now, expiresAt: now + SESSION_LIFETIME };
    await tx.update(sessions).set(used).where(eq(sessions.id, sessionId));
    if (deviceId !== undefined)
      await tx.update(devices).set({ lastSeenAt: now }).where(eq(devices.id, deviceId));
  });
}

interface Remembered {
  readonly byToken: Map<string, { session: SessionFacts; checkedAt: number; expiresAt: number }>;
  readonly tokenOf: Map<SessionId, string>;
  changes: number;
}

const rememberedBy = new WeakMap<Database, Remembered>();

function rememberedOf(app: App): Remembered {
  const known = rememberedBy.get(app.db);
  if (known !== undefined) return known;
  const made: Remembered = { byToken: new Map(), tokenOf: new Map(), changes: 0 };
  rememberedBy.set(app.db, made);
  app.facts.subscribe("session_ended", ({ sessionId }) => forget(made, sessionId));
  app.facts.subscribe("session_changed", ({ sessionId }) => forget(made, sessionId));
  return made;
}

function remember(
  into: Remembered,
  token: string,
  session: SessionFacts,
  checkedAt: number,
  expiresAt: number,
) {
  for (const [oldest, { session: forgotten }] of into.byToken) {
    if (into.byToken.size < MOST_REMEMBERED) break;
    into.byToken.delete(oldest);
    into.tokenOf.delete(forgotten.sessionId);
  }
  into.byToken.set(token, { session, checkedAt, expiresAt });
  into.tokenOf.set(session.sessionId, token);
}

function forget(from: Remembered, sessionId: SessionId): void {
  from.changes += 1;
  const token = from.tokenOf.get(sessionId);
  if (token !== undefined) from.byToken.delete(token);
  from.tokenOf.delete(sessionId);
}
