import { desc } from "drizzle-orm";
import type { RequestContext } from "../answer.ts";
import type { Queries } from "../db/database.ts";
import { audit } from "../db/tables.ts";
import { encodeBinary } from "../protocol/codec.ts";
import type { Who } from "../protocol/route.ts";

export type AuditAction =
  | "setup.completed"
  | "account.registered"
  | "role.changed"
  | "session.refused"
  | "invite.created"
  | "invite.revoked"
  | "report.sent"
  | "report.decided"
  | "setting.changed";

/** Who did it, from where and when. `actor` is an account's id; null for somebody not signed in. */
export interface AuditedBy {
  readonly at: number;
  readonly actor: string | null;
  readonly ip: string | null;
  readonly requestId: string | null;
}

export interface AuditEntry extends AuditedBy {
  readonly action: AuditAction;
  /** An id, never a name or anything else that was typed. */
  readonly target: string | null;
  /** What it was and what it became, where that is for an administrator to know. */
  readonly detail?: string | null;
}

export function auditedBy<By extends Who>(request: RequestContext<By>): AuditedBy {
  const { app, session, ip, requestId } = request;
  return { at: app.clock.now(), actor: session?.accountId ?? null, ip, requestId };
}

/** Adds one row inside the write of what it records, so that neither can exist without the other. */
export async function appendAudit(tx: Queries, entry: AuditEntry): Promise<void> {
  const [last] = await tx
    .select({ position: audit.position, hash: audit.hash })
    .from(audit)
    .orderBy(desc(audit.position))
    .limit(1);
  const position = (last?.position ?? 0) + 1;
  const hash = chainHash(last?.hash, position, entry);
  await tx.insert(audit).values({ ...entry, position, hash });
}

/** SHA-256 over the hash before (nothing for the first row) and the row's MessagePack; without a detail as before there were any. */
export function chainHash(
  previous: Uint8Array | undefined,
  position: number,
  { at, actor, action, target, ip, requestId, detail }: AuditEntry | StoredEntry,
): Uint8Array<ArrayBuffer> {
  const hasher = new Bun.CryptoHasher("sha256");
  if (previous !== undefined) hasher.update(previous);
  const row = [position, at, actor, action, target, ip, requestId];
  hasher.update(encodeBinary(detail == null ? row : [...row, detail]));
  return new Uint8Array(hasher.digest());
}

type StoredEntry = Omit<AuditEntry, "action"> & { readonly action: string };
