import { and, count, eq, inArray, isNull, lt, lte } from "drizzle-orm";
import { appendAccountEvent } from "../accounts/append-account-event.ts";
import type { Answering, RequestContext } from "../answer.ts";
import type { Queries } from "../db/database.ts";
import { accountEvents, conversationMembers, joinRequests } from "../db/tables.ts";
import { take } from "../limits/take.ts";
import { decodeBinary } from "../protocol/codec.ts";
import type { AccountEvent } from "../protocol/delivery.ts";
import type { AccountId, ConversationId } from "../protocol/ids.ts";
import { type askToJoin, type declineRequest, MOST_REQUESTS } from "../protocol/links.ts";
import { mayAddMembers, type RoleList } from "../protocol/role-list.ts";
import { Refusal } from "../refusal.ts";
import { demandAsk, findLink, requireInviter } from "./find-link.ts";
import { countUse } from "./join-by-link.ts";

/** Whoever was declined may ask again after this time. */
const AGAIN_AFTER = 60 * 60 * 1000;

/** Asked again while it waits it is the same request, and counts once. */
export const answerAskToJoin: Answering<typeof askToJoin> = async ({ linkId, ask }, request) => {
  const { app, session } = request;
  take(request, "group_change", session.accountId);
  const now = app.clock.now();
  const { link } = await findLink(app.db.read, linkId, session.accountId, now);
  await demandAsk(request, link, ask);
  const told = await app.db.write(async (tx) => {
    const found = await findLink(tx, linkId, session.accountId, now);
    const { key, conversation, roles } = found;
    if (!key.approval || found.isInside) throw new Refusal("commit.not_allowed");
    await dropDeclined(tx, conversation.id, now);
    const row = { ...ask, linkId, conversationId: conversation.id };
    const made = await tx
      .insert(joinRequests)
      .values(row)
      .onConflictDoNothing()
      .returning({ at: joinRequests.at });
    if (made.length === 0) return demandWaiting(tx, row);
    const [waiting] = await tx
      .select({ count: count() })
      .from(joinRequests)
      .where(and(eq(joinRequests.conversationId, conversation.id), isNull(joinRequests.declinedAt)));
    if (Number(waiting?.count ?? 0) > MOST_REQUESTS) throw new Refusal("link.too_many_wait");
    await countUse(tx, linkId, key.uses);
    return appendChanged(tx, conversation.id, roles, now);
  });
  tell(request, told);
  return {};
};

/** Those whose hour has passed. */
async function dropDeclined(tx: Queries, conversationId: ConversationId, now: number): Promise<void> {
  const { declinedAt } = joinRequests;
  await tx
    .delete(joinRequests)
    .where(and(eq(joinRequests.conversationId, conversationId), lte(declinedAt, now - AGAIN_AFTER)));
}

/** There is a request already: nobody hears of it anew. */
async function demandWaiting(
  tx: Queries,
  { conversationId, accountId }: { conversationId: ConversationId; accountId: AccountId },
): Promise<Told[]> {
  const [known] = await tx
    .select({ declinedAt: joinRequests.declinedAt })
    .from(joinRequests)
    .where(and(eq(joinRequests.conversationId, conversationId), eq(joinRequests.accountId, accountId)));
  if (known?.declinedAt !== null) throw new Refusal("link.declined");
  return [];
}

export const answerDeclineRequest: Answering<typeof declineRequest> = async (input, request) => {
  const { app, session } = request;
  const { conversationId, accountId } = input;
  take(request, "group_change", session.accountId);
  const told = await app.db.write(async (tx) => {
    const { roles } = await requireInviter(tx, conversationId, request);
    const now = app.clock.now();
    const declined = await tx
      .update(joinRequests)
      .set({ declinedAt: now })
      .where(
        and(
          eq(joinRequests.conversationId, conversationId),
          eq(joinRequests.accountId, accountId),
          isNull(joinRequests.declinedAt),
        ),
      )
      .returning({ at: joinRequests.at });
    return declined.length === 0 ? [] : appendChanged(tx, conversationId, roles, now);
  });
  tell(request, told);
  return {};
};

interface Told {
  readonly accountId: AccountId;
  readonly event: AccountEvent;
}

/** To all who could answer. */
async function appendChanged(
  tx: Queries,
  conversationId: ConversationId,
  roles: RoleList,
  now: number,
): Promise<Told[]> {
  const members = await tx
    .select({ accountId: conversationMembers.accountId })
    .from(conversationMembers)
    .where(
      and(eq(conversationMembers.conversationId, conversationId), isNull(conversationMembers.leftSequence)),
    );
  const told: Told[] = [];
  for (const { accountId } of members) {
    if (!mayAddMembers(roles, accountId)) continue;
    const to = { accountId, deviceId: null };
    const event = await appendAccountEvent(tx, to, { kind: "requests_changed", conversationId }, now);
    await dropEarlier(tx, accountId, conversationId, event);
    told.push({ accountId, event });
  }
  return told;
}

/** The last says all that those before it said: however often people ask, one for each group is kept. */
async function dropEarlier(
  tx: Queries,
  accountId: AccountId,
  conversationId: ConversationId,
  { sequence }: AccountEvent,
): Promise<void> {
  const ofKind = and(eq(accountEvents.accountId, accountId), eq(accountEvents.kind, "requests_changed"));
  const kept = await tx
    .select({ sequence: accountEvents.sequence, payload: accountEvents.payload })
    .from(accountEvents)
    .where(and(ofKind, lt(accountEvents.sequence, sequence)));
  const earlier = kept.filter(({ payload }) => {
    const event = decodeBinary(payload) as AccountEvent;
    return event.kind === "requests_changed" && event.conversationId === conversationId;
  });
  if (earlier.length === 0) return;
  const sequences = earlier.map((one) => one.sequence);
  await tx.delete(accountEvents).where(and(ofKind, inArray(accountEvents.sequence, sequences)));
}

function tell({ app }: RequestContext<"device">, told: readonly Told[]): void {
  for (const { accountId, event } of told) app.hub.tellAccount(accountId, { t: "account", event });
}
