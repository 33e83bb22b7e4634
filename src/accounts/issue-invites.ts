import { and, desc, eq, isNull } from "drizzle-orm";
import type { Answering } from "../answer.ts";
import { appendAudit, auditedBy } from "../audit/append-audit.ts";
import { invites } from "../db/tables.ts";
import { take } from "../limits/take.ts";
import {
  type createInvite,
  type Invite,
  LISTED_INVITES,
  type listInvites,
  type revokeInvite,
} from "../protocol/accounts.ts";
import { type InviteId, newId } from "../protocol/ids.ts";
import { Refusal } from "../refusal.ts";
import { hashSecret, newSecret } from "./session-token.ts";

const HOUR = 60 * 60_000;

export const answerCreateInvite: Answering<typeof createInvite> = async ({ hours, uses }, request) => {
  const { app, session } = request;
  take(request, "invite_creation", session.accountId);
  const code = newSecret();
  const createdAt = app.clock.now();
  const row = {
    id: newId<InviteId>(),
    codeHash: hashSecret(code),
    createdBy: session.accountId,
    createdAt,
    expiresAt: createdAt + hours * HOUR,
    usesLeft: uses,
  };
  await app.db.write(async (tx) => {
    await tx.insert(invites).values(row);
    await appendAudit(tx, { ...auditedBy(request), action: "invite.created", target: row.id });
  });
  return { code, invite: card({ ...row, uses: 0, revokedAt: null }) };
};

export const answerListInvites: Answering<typeof listInvites> = async (_input, { app }) => {
  const rows = await app.db.read
    .select()
    .from(invites)
    .orderBy(desc(invites.createdAt), desc(invites.id))
    .limit(LISTED_INVITES);
  return { invites: rows.map(card) };
};

export const answerRevokeInvite: Answering<typeof revokeInvite> = async ({ inviteId }, request) => {
  const { app } = request;
  const [found] = await app.db.read.select({ id: invites.id }).from(invites).where(eq(invites.id, inviteId));
  if (found === undefined) throw new Refusal("invite.not_found");
  await app.db.write(async (tx) => {
    const revoked = await tx
      .update(invites)
      .set({ revokedAt: app.clock.now() })
      .where(and(eq(invites.id, inviteId), isNull(invites.revokedAt)))
      .returning({ id: invites.id });
    if (revoked.length === 0) return;
    await appendAudit(tx, { ...auditedBy(request), action: "invite.revoked", target: inviteId });
  });
  return {};
};

function card(row: typeof invites.$inferSelect): Invite {
  const { id, createdAt, expiresAt, usesLeft, uses } = row;
  return { inviteId: id, createdAt, expiresAt, usesLeft, uses, revoked: row.revokedAt !== null };
}
