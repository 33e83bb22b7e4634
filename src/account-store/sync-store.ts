import { and, asc, eq, gt } from "drizzle-orm";
import type { Answering } from "../answer.ts";
import { storeHeads, storeRows } from "../db/tables.ts";
import { STORE, type syncStore } from "../protocol/account-store.ts";

const PAGE_BYTES = 1024 * 1024;

export const answerSyncStore: Answering<typeof syncStore> = async ({ after }, { app, session }) => {
  const { accountId } = session;
  const [known] = await app.db.read
    .select({ head: storeHeads.head })
    .from(storeHeads)
    .where(eq(storeHeads.accountId, accountId));
  const rows = await app.db.read
    .select()
    .from(storeRows)
    .where(and(eq(storeRows.accountId, accountId), gt(storeRows.sequence, after)))
    .orderBy(asc(storeRows.sequence))
    .limit(STORE.page);
  let bytes = 0;
  const end = rows.findIndex(({ sealed }, index) => {
    bytes += sealed?.byteLength ?? 0;
    return index > 0 && bytes > PAGE_BYTES;
  });
  const page = end < 0 ? rows : rows.slice(0, end);
  const upTo = page.at(-1)?.sequence ?? after;
  return {
    rows: page.map(({ id, version, sealed }) => ({ id, version, sealed })),
    upTo,
    // A row that came since counts too: what was read may be newer than the head read before it.
    head: Math.max(known?.head ?? 0, page.at(-1)?.sequence ?? 0),
  };
};
