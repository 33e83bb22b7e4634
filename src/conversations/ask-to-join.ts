import { and, count, eq, isNull } from "drizzle-orm";
import { appendAccountEvent } from "../accounts/append-account-event.ts";
import type { Answering, RequestContext } from "../answer.ts";
import type { Queries } from "../db/database.ts";
import { conversationMembers, joinRequests } from "../db/tables.ts";
import { take } from "../limits/take.ts";
import type { AccountEvent } from "../protocol/delivery.ts";
import type { AccountId, ConversationId } from "../protocol/ids.ts";
import { type askToJoin, type declineRequest, MOST_REQUESTS } from "../protocol/links.ts";
import { mayAddMembers, type RoleList } from "../protocol/role-list.ts";
import { Refusal } from "../refusal.ts";
import { demandAsk, findLink, requireInviter } from "./find-link.ts";
import { countUse } from "./join-by-link.ts";

/** Asked again it is the same request, and counts once. */
export const answerAskToJoin: Answering<typeof askToJoin> = async ({ linkId, ask }, request) => {
  const { app, session } = request;
  take(request, "group_change", session.accountId);
  const now = app.clock.now();
  const told = await app.db.write(async (tx) => {
    const found = await findLink(tx, linkId, session.accountId, now);
    const { link, key, conversation, roles } = found;
    await demandAsk(request, link, ask);
    if (!key.approval || found.isInside) throw new Refusal("commit.not_allowed");
    const row = { ...ask, linkId, conversationId: conversation.id };
    const made = await tx
      .insert(joinRequests)
      .values(row)
      .onConflictDoNothing()
      .returning({ at: joinRequests.at });
    if (made.length === 0) return [];
    const [waiting] = await tx
      .select({ count: count() })
      .from(joinRequests)
      .where(eq(joinRequests.conversationId, conversation.id));
    if (Number(waiting?.count ?? 0) > MOST_REQUESTS) throw new Refusal("link.too_many_wait");
    await countUse(tx, linkId, key.uses);
    return appendChanged(tx, conversation.id, roles, now);
  });
  tell(request, told);
  return {};
};

export const answerDeclineRequest: Answering<typeof declineRequest> = async (input, request) => {
  const { app } = request;
  const { conversationId, accountId } = input;
  const told = await app.db.write(async (tx) => {
    const { roles } = await requireInviter(tx, conversationId, request);
    const dropped = await tx
      .delete(joinRequests)
      .where(and(eq(joinRequests.conversationId, conversationId), eq(joinRequests.accountId, accountId)))
      .returning({ at: joinRequests.at });
    return dropped.length === 0 ? [] : appendChanged(tx, conversationId, roles, app.clock.now());
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
    told.push({
      accountId,
      event: await appendAccountEvent(tx, to, { kind: "requests_changed", conversationId }, now),
    });
  }
  return told;
}

function tell({ app }: RequestContext<"device">, told: readonly Told[]): void {
  for (const { accountId, event } of told) app.hub.tellAccount(accountId, { t: "account", event });
}
