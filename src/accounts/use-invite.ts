import { and, eq, gt, isNull, sql } from "drizzle-orm";
import type { Answering } from "../answer.ts";
import type { App } from "../app.ts";
import type { Queries } from "../db/database.ts";
import { invites } from "../db/tables.ts";
import { takeForAddress } from "../limits/take.ts";
import type { checkInvite } from "../protocol/accounts.ts";
import { Refusal } from "../refusal.ts";
import { hashSecret } from "./session-token.ts";

export const answerCheckInvite: Answering<typeof checkInvite> = async ({ code }, request) => {
  takeForAddress(request, "invite_check");
  return { valid: await isInviteValid(request.app, code) };
};

export async function isInviteValid({ db, clock }: App, code: string): Promise<boolean> {
  const rows = await db.read.select({ id: invites.id }).from(invites).where(usable(code, clock.now()));
  return rows.length > 0;
}

/** Takes one use inside the caller's write, so that it is given back when that write fails. */
export async function useInvite(tx: Queries, code: string, now: number): Promise<void> {
  const used = await tx
    .update(invites)
    .set({ usesLeft: sql`${invites.usesLeft} - 1`, uses: sql`${invites.uses} + 1` })
    .where(usable(code, now))
    .returning({ id: invites.id });
  if (used.length === 0) throw new Refusal("registration.invite_invalid");
}

function usable(code: string, now: number) {
  return and(
    eq(invites.codeHash, hashSecret(code)),
    gt(invites.usesLeft, 0),
    gt(invites.expiresAt, now),
    isNull(invites.revokedAt),
  );
}
