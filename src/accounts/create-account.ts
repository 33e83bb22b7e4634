import { eq } from "drizzle-orm";
import type { Queries } from "../db/database.ts";
import { accounts, channels } from "../db/tables.ts";
import type { Role } from "../protocol/accounts.ts";
import { type AccountId, newId } from "../protocol/ids.ts";
import { Refusal } from "../refusal.ts";
import type { Username } from "./judge-username.ts";

/** Inside the caller's write; refuses a name that is taken or looks like one that is. */
export async function createAccount(
  tx: Queries,
  of: { name: Username; passwordHash: string; role: Role; now: number },
): Promise<{ accountId: AccountId; username: string; role: Role }> {
  const accountId = newId<AccountId>();
  const { username, skeleton } = of.name;
  // One name leads to one person or one channel.
  const held = await tx
    .select({ id: channels.id })
    .from(channels)
    .where(eq(channels.handleSkeleton, skeleton));
  if (held.length > 0) throw new Refusal("username.taken");
  const made = await tx
    .insert(accounts)
    .values({
      id: accountId,
      username,
      usernameSkeleton: skeleton,
      passwordHash: of.passwordHash,
      role: of.role,
      createdAt: of.now,
    })
    .onConflictDoNothing()
    .returning({ id: accounts.id });
  if (made.length === 0) throw new Refusal("username.taken");
  return { accountId, username, role: of.role };
}
