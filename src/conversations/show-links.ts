import { and, asc, eq, isNull } from "drizzle-orm";
import type { Answering } from "../answer.ts";
import type { Queries } from "../db/database.ts";
import { accounts, groupLinks, joinRequests } from "../db/tables.ts";
import { take } from "../limits/take.ts";
import type { AccountId, ConversationId } from "../protocol/ids.ts";
import type { putPreview, showLink, showLinkGroup, showLinks } from "../protocol/links.ts";
import { Refusal } from "../refusal.ts";
import { currentGroupInfo } from "./current-group-info.ts";
import { demandAsk, findLink, requireInviter } from "./find-link.ts";

export const answerShowLink: Answering<typeof showLink> = async ({ linkId }, request) => {
  const { app, session } = request;
  take(request, "look_up", session.accountId);
  const now = app.clock.now();
  const found = await findLink(app.db.read, linkId, session.accountId, now);
  const { link, key, conversation, isInside } = found;
  const isWaiting = !isInside && (await isAsking(app.db.read, conversation.id, session.accountId));
  if (found.isUsedUp && !isInside && !isWaiting) throw new Refusal("link.used_up");
  const standing = isInside ? "inside" : isWaiting ? "waiting" : "outside";
  return { now, approval: key.approval, standing, preview: link.preview };
};

async function isAsking(queries: Queries, conversationId: ConversationId, account: AccountId) {
  const found = await queries
    .select({ accountId: joinRequests.accountId })
    .from(joinRequests)
    .where(
      and(
        eq(joinRequests.conversationId, conversationId),
        eq(joinRequests.accountId, account),
        isNull(joinRequests.declinedAt),
      ),
    );
  return found.length > 0;
}

export const answerShowLinkGroup: Answering<typeof showLinkGroup> = async ({ linkId, ask }, request) => {
  const { app, session } = request;
  take(request, "look_up", session.accountId);
  const { link, key, conversation, isUsedUp } = await findLink(
    app.db.read,
    linkId,
    session.accountId,
    app.clock.now(),
  );
  await demandAsk(request, link, ask);
  if (key.approval) throw new Refusal("commit.not_allowed");
  if (isUsedUp) throw new Refusal("link.used_up");
  const { id: conversationId, generation, epoch } = conversation;
  return {
    conversationId,
    generation,
    epoch,
    groupInfo: await currentGroupInfo(app.db.read, conversationId),
  };
};

export const answerShowLinks: Answering<typeof showLinks> = async ({ conversationId }, request) => {
  const { app } = request;
  await requireInviter(app.db.read, conversationId, request);
  const links = await app.db.read
    .select({ linkId: groupLinks.id, uses: groupLinks.uses })
    .from(groupLinks)
    .where(eq(groupLinks.conversationId, conversationId));
  const asking = await app.db.read
    .select({ request: joinRequests, username: accounts.username })
    .from(joinRequests)
    .innerJoin(accounts, eq(accounts.id, joinRequests.accountId))
    .where(and(eq(joinRequests.conversationId, conversationId), isNull(joinRequests.declinedAt)))
    .orderBy(asc(joinRequests.at));
  return {
    now: app.clock.now(),
    links,
    requests: asking.map(({ request: { conversationId: _, declinedAt: __, ...asked }, username }) => ({
      ...asked,
      username,
    })),
  };
};

export const answerPutPreview: Answering<typeof putPreview> = async (input, request) => {
  const { app, session } = request;
  const { conversationId, linkId, preview } = input;
  take(request, "group_change", session.accountId);
  await app.db.write(async (tx) => {
    await requireInviter(tx, conversationId, request);
    const kept = await tx
      .update(groupLinks)
      .set({ preview })
      .where(and(eq(groupLinks.id, linkId), eq(groupLinks.conversationId, conversationId)))
      .returning({ id: groupLinks.id });
    if (kept.length === 0) throw new Refusal("link.not_found");
  });
  return {};
};
