import { and, eq, isNull, type SQL } from "drizzle-orm";
import type { Answering, RequestContext } from "../answer.ts";
import { accounts } from "../db/tables.ts";
import { take } from "../limits/take.ts";
import type { AccountCard, findAccount, showAccount } from "../protocol/accounts.ts";
import { Refusal } from "../refusal.ts";
import { readUsername } from "./judge-username.ts";

/** By the exact name only: nothing here lists or completes names. */
export const answerFindAccount: Answering<typeof findAccount> = async ({ username }, request) =>
  card(request, eq(accounts.username, readUsername(username)?.username ?? ""));

export const answerShowAccount: Answering<typeof showAccount> = async ({ accountId }, request) =>
  card(request, eq(accounts.id, accountId));

async function card(request: RequestContext<"account">, is: SQL): Promise<AccountCard> {
  take(request, "look_up", request.session.accountId);
  const [found] = await request.app.db.read
    .select({ accountId: accounts.id, username: accounts.username, rootPublicKey: accounts.rootPublicKey })
    .from(accounts)
    .where(and(is, isNull(accounts.disabledAt)));
  if (found === undefined) throw new Refusal("account.not_found");
  return found;
}
