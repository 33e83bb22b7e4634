import { eq } from "drizzle-orm";
import type { Answering, RequestContext } from "../answer.ts";
import { appendAudit, auditedBy } from "../audit/append-audit.ts";
import { accounts } from "../db/tables.ts";
import { takeForAddress } from "../limits/take.ts";
import type { register } from "../protocol/accounts.ts";
import { Refusal } from "../refusal.ts";
import { readSettings } from "../settings/settings.ts";
import { createAccount } from "./create-account.ts";
import { welcome } from "./describe-me.ts";
import { hashingOf } from "./hash-password.ts";
import { judgePassword } from "./judge-password.ts";
import { judgeUsername, type Username } from "./judge-username.ts";
import { openSession } from "./open-session.ts";
import { isInviteValid, useInvite } from "./use-invite.ts";

export const answerRegister: Answering<typeof register> = async (input, request) => {
  const { app } = request;
  takeForAddress(request, "registration");
  const invite = await requireInvitation(request, input.inviteCode);
  const name = judgeUsername(input.username);
  await judgePassword(input.password, name.username);
  await refuseTaken(request, name);
  const passwordHash = await hashingOf(app).hash(input.password);
  const opened = await app.db.write(async (tx) => {
    const now = app.clock.now();
    if (invite !== undefined) await useInvite(tx, invite, now);
    const account = await createAccount(tx, { name, passwordHash, role: "member", now });
    await appendAudit(tx, { ...auditedBy(request), action: "account.registered", target: account.accountId });
    return openSession(tx, request, account);
  });
  return welcome(request, opened);
};

/** The invite that has to be used; undefined where anybody may come in. */
async function requireInvitation(
  { app }: RequestContext<"anyone">,
  code: string | undefined,
): Promise<string | undefined> {
  const { registration } = await readSettings(app);
  if (registration === "closed") throw new Refusal("registration.closed");
  if (registration === "open") return undefined;
  if (code === undefined) throw new Refusal("registration.invite_needed");
  if (!(await isInviteValid(app, code))) throw new Refusal("registration.invite_invalid");
  return code;
}

/** Asked before the expensive hash; the write decides. */
async function refuseTaken({ app }: RequestContext<"anyone">, { skeleton }: Username): Promise<void> {
  const taken = await app.db.read
    .select({ id: accounts.id })
    .from(accounts)
    .where(eq(accounts.usernameSkeleton, skeleton));
  if (taken.length > 0) throw new Refusal("username.taken");
}
