import { and, eq, inArray } from "drizzle-orm";
import type * as v from "valibot";
import type { Answering } from "../answer.ts";
import type { Queries } from "../db/database.ts";
import { storeHeads, storeRows } from "../db/tables.ts";
import { take } from "../limits/take.ts";
import { type putRows, STORE } from "../protocol/account-store.ts";
import type { AccountId, RowId } from "../protocol/ids.ts";
import { Refusal } from "../refusal.ts";

type Row = v.InferOutput<typeof putRows.input>["rows"][number];

export const answerPutRows: Answering<typeof putRows> = async ({ rows }, request) => {
  const { app, session } = request;
  take(request, "store_change", session.accountId, Math.ceil(rows.length / 10));
  const { accountId } = session;
  const { head, outdated, isChanged } = await app.db.write((tx) => takeRows(tx, accountId, rows));
  if (isChanged) app.hub.tellAccount(accountId, { t: "store", head });
  return { head, outdated };
};

/** Each that follows what is kept gets the next place; the others are named. */
async function takeRows(tx: Queries, accountId: AccountId, rows: readonly Row[]) {
  const [before = { head: 0, rows: 0, bytes: 0 }] = await tx
    .select({ head: storeHeads.head, rows: storeHeads.rows, bytes: storeHeads.bytes })
    .from(storeHeads)
    .where(eq(storeHeads.accountId, accountId));
  const kept = await readKept(
    tx,
    accountId,
    rows.map(({ id }) => id),
  );
  const taken = rows.filter(({ id, version }) => version === (kept.get(id)?.version ?? 0) + 1);
  const outdated = rows.filter((row) => !taken.includes(row)).map(({ id }) => id);
  if (taken.length === 0) return { head: before.head, outdated, isChanged: false };
  const after = { ...before };
  for (const { id, version, sealed } of taken) {
    const old = kept.get(id);
    after.head += 1;
    after.rows += old === undefined ? 1 : 0;
    after.bytes += sizeOf(sealed) - sizeOf(old?.sealed);
    const row = { version, sealed, sequence: after.head };
    await tx
      .insert(storeRows)
      .values({ accountId, id, ...row })
      .onConflictDoUpdate({ target: [storeRows.accountId, storeRows.id], set: row });
  }
  if (after.rows > STORE.rows || (after.bytes > STORE.bytes && after.bytes > before.bytes))
    throw new Refusal("store.full");
  await tx
    .insert(storeHeads)
    .values({ accountId, ...after })
    .onConflictDoUpdate({ target: storeHeads.accountId, set: after });
  return { head: after.head, outdated, isChanged: true };
}

async function readKept(tx: Queries, accountId: AccountId, ids: readonly RowId[]) {
  const rows = await tx
    .select({ id: storeRows.id, version: storeRows.version, sealed: storeRows.sealed })
    .from(storeRows)
    .where(and(eq(storeRows.accountId, accountId), inArray(storeRows.id, ids)));
  return new Map(rows.map((row) => [row.id, row]));
}

function sizeOf(sealed: Uint8Array | null | undefined): number {
  return sealed?.byteLength ?? 0;
}
