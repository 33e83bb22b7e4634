import { and, eq, inArray, ne } from "drizzle-orm";
import type { Queries } from "../db/database.ts";
import { endedLinks, groupLinks, joinRequests } from "../db/tables.ts";
import type { AccountId, ConversationId, LinkId } from "../protocol/ids.ts";
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
  await endLinks(tx, conversationId, gone);
  for (const { publicKey } of roles.linkKeys) {
    if (kept.some((one) => equalBytes(one.publicKey, publicKey))) continue;
    const id = await linkIdOf(publicKey);
    if (await wasOfAnother(tx, id, conversationId)) continue;
    const row = { id, conversationId, publicKey: Uint8Array.from(publicKey), uses: 0, preview: null };
    // Where another group named this key first, it stays that one's.
    await tx.insert(groupLinks).values(row).onConflictDoNothing();
  }
}

/** Gone, but for their ids: whoever still has their address shall not come into another group by it. */
async function endLinks(tx: Queries, conversationId: ConversationId, ids: readonly LinkId[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.delete(groupLinks).where(inArray(groupLinks.id, [...ids]));
  const rows = ids.map((id) => ({ id, conversationId }));
  await tx.insert(endedLinks).values(rows).onConflictDoNothing();
}

async function wasOfAnother(tx: Queries, id: LinkId, conversationId: ConversationId): Promise<boolean> {
  const found = await tx
    .select({ id: endedLinks.id })
    .from(endedLinks)
    .where(and(eq(endedLinks.id, id), ne(endedLinks.conversationId, conversationId)));
  return found.length > 0;
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
