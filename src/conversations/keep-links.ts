import { and, eq, inArray } from "drizzle-orm";
import type { Queries } from "../db/database.ts";
import { groupLinks, joinRequests } from "../db/tables.ts";
import type { AccountId, ConversationId } from "../protocol/ids.ts";
import { linkIdOf } from "../protocol/link-key.ts";
import type { RoleList } from "../protocol/role-list.ts";
import { equalBytes } from "../protocol/signing.ts";

/** The links are those of the role list: what a commit takes out of it is gone, with whoever waits by it. */
export async function keepLinks(tx: Queries, conversationId: ConversationId, roles: RoleList): Promise<void> {
  if (roles.kind !== "group") return;
  const kept = await tx
    .select({ id: groupLinks.id, publicKey: groupLinks.publicKey })
    .from(groupLinks)
    .where(eq(groupLinks.conversationId, conversationId));
  const isNamed = (key: Uint8Array) => roles.linkKeys.some(({ publicKey }) => equalBytes(publicKey, key));
  const gone = kept.filter(({ publicKey }) => !isNamed(publicKey)).map(({ id }) => id);
  if (gone.length > 0) await tx.delete(groupLinks).where(inArray(groupLinks.id, gone));
  for (const { publicKey } of roles.linkKeys) {
    if (kept.some((one) => equalBytes(one.publicKey, publicKey))) continue;
    const id = await linkIdOf(publicKey);
    const row = { id, conversationId, publicKey: Uint8Array.from(publicKey), uses: 0, preview: null };
    // Where another group named this key first, it stays that one's.
    await tx.insert(groupLinks).values(row).onConflictDoNothing();
  }
}

/** Whoever is in waits no more. */
export async function dropRequests(
  tx: Queries,
  conversationId: ConversationId,
  accounts: readonly AccountId[],
): Promise<void> {
  await tx
    .delete(joinRequests)
    .where(
      and(eq(joinRequests.conversationId, conversationId), inArray(joinRequests.accountId, [...accounts])),
    );
}
