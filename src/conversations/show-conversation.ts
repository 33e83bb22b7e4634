import { and, eq, isNull, min } from "drizzle-orm";
import type { Answering } from "../answer.ts";
import type { Queries } from "../db/database.ts";
import { accounts, conversationDevices, conversationMembers, conversations } from "../db/tables.ts";
import type { findDirectConversation, showConversation, showGroupInfo } from "../protocol/conversations.ts";
import type { ConversationId } from "../protocol/ids.ts";
import { decodeRoleList, type RoleList, rankOf } from "../protocol/role-list.ts";
import { currentGroupInfo } from "./current-group-info.ts";
import { pairKey } from "./pair-key.ts";
import { requireAccount } from "./require-account.ts";

export const answerShowConversation: Answering<typeof showConversation> = async (
  { conversationId },
  { app, session },
) => {
  const { conversation } = await requireAccount(app.db.read, conversationId, session);
  const { kind, generation, epoch, head } = conversation;
  return {
    conversationId,
    kind,
    generation,
    epoch,
    head,
    members: await readMembers(app.db.read, conversationId, decodeRoleList(conversation.roles)),
  };
};

/** An account has what the slowest of its devices has. */
async function readMembers(queries: Queries, conversationId: ConversationId, roles: RoleList | undefined) {
  const rows = await queries
    .select({
      accountId: conversationMembers.accountId,
      username: accounts.username,
      delivered: min(conversationDevices.cursor),
    })
    .from(conversationMembers)
    .innerJoin(accounts, eq(accounts.id, conversationMembers.accountId))
    .leftJoin(
      conversationDevices,
      and(
        eq(conversationDevices.conversationId, conversationMembers.conversationId),
        eq(conversationDevices.accountId, conversationMembers.accountId),
      ),
    )
    .where(
      and(eq(conversationMembers.conversationId, conversationId), isNull(conversationMembers.leftSequence)),
    )
    .groupBy(conversationMembers.accountId, accounts.username);
  return rows.map((row) => ({
    ...row,
    rank: roles ? rankOf(roles, row.accountId) : ("member" as const),
    delivered: Number(row.delivered ?? 0),
  }));
}

export const answerFindDirectConversation: Answering<typeof findDirectConversation> = async (
  { accountId },
  { app, session },
) => {
  const [found] = await app.db.read
    .select({ conversationId: conversations.id })
    .from(conversations)
    .where(eq(conversations.pairKey, pairKey(session.accountId, accountId)));
  return { conversationId: found?.conversationId ?? null };
};

export const answerShowGroupInfo: Answering<typeof showGroupInfo> = async (
  { conversationId },
  { app, session },
) => {
  const { conversation } = await requireAccount(app.db.read, conversationId, session);
  const { generation, epoch } = conversation;
  return { generation, epoch, groupInfo: await currentGroupInfo(app.db.read, conversationId) };
};
