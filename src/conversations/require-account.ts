import { and, eq, isNull } from "drizzle-orm";
import type { SessionFacts } from "../app.ts";
import type { Queries } from "../db/database.ts";
import { conversationMembers, conversations } from "../db/tables.ts";
import type { ConversationId } from "../protocol/ids.ts";
import { Refusal } from "../refusal.ts";

/**
 * The conversation of this account, also for a device of it that has no seat there yet: it looks at the group, and
 * comes in where a commit may (see `judge-commit.ts`). Nothing is delivered to it. To everybody else there is none.
 */
export async function requireAccount(
  queries: Queries,
  conversationId: ConversationId,
  { accountId }: Pick<SessionFacts, "accountId">,
) {
  const [found] = await queries
    .select({ conversation: conversations })
    .from(conversationMembers)
    .innerJoin(conversations, eq(conversations.id, conversationMembers.conversationId))
    .where(
      and(
        eq(conversationMembers.conversationId, conversationId),
        eq(conversationMembers.accountId, accountId),
        isNull(conversationMembers.leftSequence),
      ),
    );
  if (found === undefined) throw new Refusal("conversation.not_found");
  return found;
}
