import { and, eq, isNull } from "drizzle-orm";
import type { RequestContext } from "../answer.ts";
import type { Queries } from "../db/database.ts";
import { conversationMembers, conversations, groupLinks } from "../db/tables.ts";
import type { AccountId, ConversationId, LinkId } from "../protocol/ids.ts";
import { ASK_FRESH, type Ask, verifyAsk } from "../protocol/link-key.ts";
import { decodeRoleList, mayAddMembers, type RoleList } from "../protocol/role-list.ts";
import { equalBytes } from "../protocol/signing.ts";
import { Refusal } from "../refusal.ts";
import { requireMember } from "./require-member.ts";

/** A link that counts now, for this account; to everybody else there is none, or it is said why. */
export async function findLink(queries: Queries, linkId: LinkId, account: AccountId, now: number) {
  const [row] = await queries
    .select({ link: groupLinks, conversation: conversations })
    .from(groupLinks)
    .innerJoin(conversations, eq(conversations.id, groupLinks.conversationId))
    .where(eq(groupLinks.id, linkId));
  const roles = row && decodeRoleList(row.conversation.roles);
  const key = roles?.linkKeys.find((one) => row && equalBytes(one.publicKey, row.link.publicKey));
  if (row === undefined || roles === undefined || roles.ended || key === undefined)
    throw new Refusal("link.not_found");
  const { conversation, link } = row;
  const isInside = await isMember(queries, conversation.id, account);
  if (!isInside) {
    if (!mayAddMembers(roles, key.by) || !(await isMember(queries, conversation.id, key.by)))
      throw new Refusal("link.not_found");
    if (key.expiresAt !== 0 && key.expiresAt <= now) throw new Refusal("link.expired");
    if (roles.barred?.includes(account) && !key.approval) throw new Refusal("link.barred");
  }
  return { link, key, conversation, roles, isInside, isUsedUp: key.uses !== 0 && link.uses >= key.uses };
}

async function isMember(queries: Queries, conversationId: ConversationId, account: AccountId) {
  const found = await queries
    .select({ accountId: conversationMembers.accountId })
    .from(conversationMembers)
    .where(
      and(
        eq(conversationMembers.conversationId, conversationId),
        eq(conversationMembers.accountId, account),
        isNull(conversationMembers.leftSequence),
      ),
    );
  return found.length > 0;
}

/** Whoever has no fresh signature by the link's key does not have the link. */
export async function demandAsk(
  { app, session }: RequestContext<"device">,
  link: { readonly id: LinkId; readonly publicKey: Uint8Array },
  asked: Ask,
): Promise<void> {
  const isOwn = asked.accountId === session.accountId && asked.deviceId === session.deviceId;
  const isFresh = Math.abs(app.clock.now() - asked.at) <= ASK_FRESH;
  if (!isOwn || !isFresh || !(await verifyAsk(link.id, link.publicKey, asked)))
    throw new Refusal("link.not_found");
}

/** The conversation of somebody who may add members to it. */
export async function requireInviter(
  queries: Queries,
  conversationId: ConversationId,
  { session }: RequestContext<"device">,
): Promise<{ readonly roles: RoleList }> {
  const { conversation } = await requireMember(queries, conversationId, session.deviceId);
  const roles = decodeRoleList(conversation.roles);
  if (roles?.kind !== "group" || !mayAddMembers(roles, session.accountId))
    throw new Refusal("commit.not_allowed");
  return { roles };
}
