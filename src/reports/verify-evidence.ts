import { and, eq, inArray } from "drizzle-orm";
import type { Queries } from "../db/database.ts";
import { conversationMembers, events } from "../db/tables.ts";
import { isFranked } from "../protocol/franking.ts";
import type { AccountId, ConversationId } from "../protocol/ids.ts";
import type { Disclosed } from "../protocol/reports.ts";
import { Refusal } from "../refusal.ts";
import type { Evidence } from "./evidence.ts";

export interface Accused {
  readonly reporter: AccountId;
  readonly reported: AccountId;
}

/**
 * Refuses unless each of these was sent just so by the reported account, by what the server wrote down when it
 * accepted the message, into a conversation that the reporter is or was in.
 */
export async function verifyEvidence(
  queries: Queries,
  of: Accused,
  disclosed: readonly Disclosed[],
): Promise<Evidence[]> {
  if (disclosed.length === 0) return [];
  const ids = disclosed.map(({ messageId }) => messageId);
  const conversations = disclosed.map(({ conversationId }) => conversationId);
  await demandMember(queries, of.reporter, conversations);
  const accepted = await queries
    .select()
    .from(events)
    .where(
      and(
        inArray(events.conversationId, conversations),
        inArray(events.messageId, ids),
        eq(events.kind, "message"),
        eq(events.senderAccountId, of.reported),
      ),
    );
  return Promise.all(
    disclosed.map((one) =>
      verify(
        one,
        accepted.find((row) => row.messageId === one.messageId && row.conversationId === one.conversationId),
      ),
    ),
  );
}

/** One that was left counts too. */
async function demandMember(queries: Queries, reporter: AccountId, conversations: ConversationId[]) {
  const { accountId, conversationId } = conversationMembers;
  const found = await queries
    .select({ conversationId })
    .from(conversationMembers)
    .where(and(eq(accountId, reporter), inArray(conversationId, conversations)));
  if (found.length < new Set(conversations).size) throw new Refusal("report.not_proven");
}

async function verify(
  { key, content }: Disclosed,
  row: typeof events.$inferSelect | undefined,
): Promise<Evidence> {
  const tag = row?.frankingTag;
  if (!row || !tag || !(await isFranked(content, { key, tag }))) throw new Refusal("report.not_proven");
  const { conversationId, messageId, sequence, senderDeviceId, sentAt } = row;
  return { conversationId, messageId, sequence, senderDeviceId, sentAt, tag, key, content };
}
