import { and, eq } from "drizzle-orm";
import type { Answering, RequestContext } from "../answer.ts";
import { appendAudit, auditedBy } from "../audit/append-audit.ts";
import { meta } from "../db/tables.ts";
import { takeForAddress } from "../limits/take.ts";
import type { setUp } from "../protocol/accounts.ts";
import { Refusal } from "../refusal.ts";
import { createAccount } from "./create-account.ts";
import { welcome } from "./describe-me.ts";
import { hashingOf } from "./hash-password.ts";
import { judgePassword } from "./judge-password.ts";
import { judgeUsername } from "./judge-username.ts";
import { openSession } from "./open-session.ts";
import { forgetSetupToken, SETUP_KEY, setupTokenHash } from "./setup-link.ts";

/** The first administrator. Of two people with the link exactly one gets in. */
export const answerSetUp: Answering<typeof setUp> = async ({ token, username, password }, request) => {
  const { app } = request;
  takeForAddress(request, "set_up");
  const link = and(eq(meta.key, SETUP_KEY), eq(meta.value, setupTokenHash(token)));
  await requireUnused(request, link);
  const name = judgeUsername(username);
  await judgePassword(password, name.username);
  const passwordHash = await hashingOf(app).hash(password);
  const opened = await app.db.write(async (tx) => {
    const used = await tx.delete(meta).where(link).returning({ key: meta.key });
    if (used.length === 0) throw new Refusal("setup.link_invalid");
    const now = app.clock.now();
    const account = await createAccount(tx, { name, passwordHash, role: "owner", now });
    await appendAudit(tx, { ...auditedBy(request), action: "setup.completed", target: account.accountId });
    return openSession(tx, request, account);
  });
  forgetSetupToken(app);
  return welcome(request, opened);
};

async function requireUnused({ app }: RequestContext<"anyone">, link: ReturnType<typeof and>): Promise<void> {
  const found = await app.db.read.select({ key: meta.key }).from(meta).where(link);
  if (found.length === 0) throw new Refusal("setup.link_invalid");
}
