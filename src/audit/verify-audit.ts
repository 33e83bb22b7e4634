import { asc, gt } from "drizzle-orm";
import type { App } from "../app.ts";
import { audit } from "../db/tables.ts";
import { equalBytes } from "../protocol/signing.ts";
import { chainHash } from "./append-audit.ts";

const PAGE = 500;

/** The first position where the record was tampered with or has a hole; undefined when it is whole. */
export async function verifyAudit({ db }: Pick<App, "db">): Promise<number | undefined> {
  let position = 0;
  let hash: Uint8Array | undefined;
  for (;;) {
    const rows = await db.read
      .select()
      .from(audit)
      .where(gt(audit.position, position))
      .orderBy(asc(audit.position))
      .limit(PAGE);
    for (const row of rows) {
      position += 1;
      if (row.position !== position || !equalBytes(chainHash(hash, position, row), row.hash)) return position;
      hash = row.hash;
    }
    if (rows.length < PAGE) return undefined;
  }
}
