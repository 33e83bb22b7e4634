import { eq } from "drizzle-orm";
import type { RequestContext } from "../answer.ts";
import type { SessionFacts } from "../app.ts";
import type { Queries } from "../db/database.ts";
import { sessions } from "../db/tables.ts";
import type { Role } from "../protocol/accounts.ts";
import { type AccountId, newId, type SessionId } from "../protocol/ids.ts";
import { hashSecret, newSecret } from "./session-token.ts";

/** A session ends when it was not used for so long. */
export const SESSION_LIFETIME = 90 * 24 * 60 * 60 * 1000;

export interface OpenedSession {
  readonly token: string;
  readonly session: SessionFacts;
}

/** A browser has one session: whatever opens a new one ends the one that it had. See `welcome`. */
export async function openSession(
  tx: Queries,
  request: Pick<RequestContext, "app" | "userAgent" | "session">,
  account: { accountId: AccountId; username: string; role: Role },
): Promise<OpenedSession> {
  const { session: former } = request;
  if (former !== undefined) await tx.delete(sessions).where(eq(sessions.id, former.sessionId));
  const token = newSecret();
  const now = request.app.clock.now();
  const session = { ...account, sessionId: newId<SessionId>(), deviceId: undefined };
  await tx.insert(sessions).values({
    id: session.sessionId,
    tokenHash: hashSecret(token),
    accountId: account.accountId,
    userAgent: request.userAgent,
    createdAt: now,
    lastUsedAt: now,
    expiresAt: now + SESSION_LIFETIME,
  });
  return { token, session };
}
