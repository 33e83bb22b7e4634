import { eq } from "drizzle-orm";
import type { Queries } from "../db/database.ts";
import { accounts } from "../db/tables.ts";
import type { AccountId } from "../protocol/ids.ts";
import { Refusal } from "../refusal.ts";

/** Settled by the account's first device; whoever asks has one. */
export async function readRoot(queries: Queries, accountId: AccountId): Promise<Uint8Array<ArrayBuffer>> {
  const [account] = await queries
    .select({ rootPublicKey: accounts.rootPublicKey })
    .from(accounts)
    .where(eq(accounts.id, accountId));
  if (account === undefined || account.rootPublicKey === null) throw new Refusal("device.missing");
  return account.rootPublicKey;
}
