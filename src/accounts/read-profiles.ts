import { and, eq, exists, inArray, isNull, or } from "drizzle-orm";
import type { Answering } from "../answer.ts";
import type { Queries } from "../db/database.ts";
import { accounts, conversationMembers, profiles } from "../db/tables.ts";
import { take } from "../limits/take.ts";
import type { AccountId } from "../protocol/ids.ts";
import { PROFILES_TOGETHER, type readProfiles } from "../protocol/profiles.ts";

export const answerReadProfiles: Answering<typeof readProfiles> = async ({ known }, request) => {
  const { app, session } = request;
  take(request, "profile_read", session.accountId);
  const versions = new Map(known.map((one) => [one.accountId, one.version]));
  const kept = await readVersions(app.db.read, session.accountId, [...versions.keys()]);
  const wanted = kept
    .filter(({ accountId, version }) => version !== versions.get(accountId))
    .map(({ accountId }) => accountId);
  const together = wanted.slice(0, PROFILES_TOGETHER);
  const rows = together.length === 0 ? [] : await readSealed(app.db.read, together);
  return { profiles: rows, more: wanted.length > together.length };
};

/** Of oneself, and of those one is in a conversation with at this moment. */
function readVersions(queries: Queries, me: AccountId, of: readonly AccountId[]) {
  const mine = queries
    .select({ id: conversationMembers.conversationId })
    .from(conversationMembers)
    .where(and(eq(conversationMembers.accountId, me), isNull(conversationMembers.leftSequence)));
  const shared = queries
    .select({ id: conversationMembers.conversationId })
    .from(conversationMembers)
    .where(
      and(
        eq(conversationMembers.accountId, profiles.accountId),
        isNull(conversationMembers.leftSequence),
        inArray(conversationMembers.conversationId, mine),
      ),
    );
  return queries
    .select({ accountId: profiles.accountId, version: profiles.version })
    .from(profiles)
    .innerJoin(accounts, eq(accounts.id, profiles.accountId))
    .where(
      and(
        inArray(profiles.accountId, of),
        isNull(accounts.disabledAt),
        or(eq(profiles.accountId, me), exists(shared)),
      ),
    );
}

function readSealed(queries: Queries, of: readonly AccountId[]) {
  return queries
    .select({ accountId: profiles.accountId, version: profiles.version, sealed: profiles.sealed })
    .from(profiles)
    .where(inArray(profiles.accountId, of));
}
