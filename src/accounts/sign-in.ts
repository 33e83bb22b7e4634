import { and, eq, isNull } from "drizzle-orm";
import type { Answering, RequestContext } from "../answer.ts";
import { appendAudit, auditedBy } from "../audit/append-audit.ts";
import { accounts } from "../db/tables.ts";
import { addressKey } from "../limits/address-key.ts";
import { beginAttempt } from "../limits/begin-attempt.ts";
import { giveBack, takeForAddress } from "../limits/take.ts";
import type { signIn } from "../protocol/accounts.ts";
import type { AccountId } from "../protocol/ids.ts";
import { Refusal } from "../refusal.ts";
import { welcome } from "./describe-me.ts";
import { hashingOf } from "./hash-password.ts";
import { readUsername } from "./judge-username.ts";
import { openSession } from "./open-session.ts";

/** An unknown name and a wrong password take the same steps and get the same answer. */
export const answerSignIn: Answering<typeof signIn> = async ({ username, password }, request) => {
  const attempt = beginAttempt(request, attemptKey(username, request.ip));
  takeForAddress(request, "sign_in_failure");
  const account = await findByUsername(request, username);
  const hashing = hashingOf(request.app);
  const decoy = await hashing.decoy;
  const isRight = await hashing.verify(password, account?.passwordHash ?? decoy);
  if (account === undefined || !isRight) return refuse(request, account?.accountId);
  attempt.succeeded();
  giveBack(request, "sign_in_failure");
  const opened = await request.app.db.write((tx) => openSession(tx, request, account));
  return welcome(request, opened);
};

type Request = RequestContext<"anyone">;

function attemptKey(username: string, ip: string): string {
  return `${readUsername(username)?.username ?? ""} ${addressKey(ip)}`;
}

async function findByUsername({ app }: Request, typed: string) {
  const name = readUsername(typed);
  const [account] = await app.db.read
    .select({
      accountId: accounts.id,
      username: accounts.username,
      role: accounts.role,
      passwordHash: accounts.passwordHash,
    })
    .from(accounts)
    .where(and(eq(accounts.username, name?.username ?? ""), isNull(accounts.disabledAt)));
  return account;
}

async function refuse(request: Request, target: AccountId | undefined): Promise<never> {
  const refused = { ...auditedBy(request), action: "session.refused", target: target ?? null } as const;
  await request.app.db.write((tx) => appendAudit(tx, refused));
  throw new Refusal("session.wrong_credentials");
}
