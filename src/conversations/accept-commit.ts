import { and, eq, sql } from "drizzle-orm";
import type { Answering, RequestContext } from "../answer.ts";
import type { Queries } from "../db/database.ts";
import { conversationGroups, conversations, events } from "../db/tables.ts";
import { inTurn } from "../devices/in-turn.ts";
import { take } from "../limits/take.ts";
import { checkCommit } from "../mls/check-commit.ts";
import { readGroupInfo } from "../mls/read-group-info.ts";
import type { CommitBundle, commitToConversation } from "../protocol/conversations.ts";
import type { ConversationId, DeviceId } from "../protocol/ids.ts";
import { encodeRoleList } from "../protocol/role-list.ts";
import { Refusal } from "../refusal.ts";
import { currentGroupInfo } from "./current-group-info.ts";
import { memberDevices } from "./read-audience.ts";
import { requireMember } from "./require-member.ts";
import { type Commit, storeCommit } from "./store-commit.ts";
import { tellCommit } from "./tell-commit.ts";
import { weighCommit } from "./weigh-commit.ts";

/**
 * A new epoch, or none: compare-and-set on (generation, epoch) in one write with the Welcomes and the new
 * GroupInfo. What the commit may do is checked before the write; that its epoch still stands, inside it.
 * In turn, so that a retry finds its twin answered and a late one costs no check.
 */
export const answerCommit: Answering<typeof commitToConversation> = (input, request) =>
  inTurn(request.app.db, input.conversationId, () => acceptCommit(request, input));

async function acceptCommit(
  request: RequestContext<"device">,
  { conversationId, ...bundle }: CommitBundle & { readonly conversationId: ConversationId },
) {
  const { app, session } = request;
  const before = await findCommitted(app.db.read, conversationId, bundle, session.deviceId);
  if (before !== undefined) return before;
  const { conversation } = await requireMember(app.db.read, conversationId, session.deviceId);
  demandCurrent(conversation, bundle);
  take(request, "group_change", session.accountId, weighCommit(bundle));
  const origin = app.config.publicOrigin;
  const group = await readGroupInfo(await currentGroupInfo(app.db.read, conversationId), origin);
  const checked = await checkCommit({ group, bundle, by: session, origin, now: app.clock.now() });
  const sentAt = app.clock.now();
  const { raised, stored, devices } = await app.db.write(async (tx) => {
    // First: it takes the conversation's row, behind whose back nothing of the conversation changes.
    const raised = await raiseEpoch(tx, { conversationId, bundle, checked });
    const stored = await storeCommit(tx, { conversationId, bundle, checked, sequence: raised.head, sentAt });
    return { raised, stored, devices: await memberDevices(tx, conversationId) };
  }, "read_committed");
  tellCommit(app, { conversationId, version: raised.membershipVersion, devices }, stored);
  return { sequence: raised.head, epoch: raised.epoch };
}

async function findCommitted(
  queries: Queries,
  conversationId: ConversationId,
  { commitId }: CommitBundle,
  deviceId: DeviceId,
) {
  const [event] = await queries
    .select({ sequence: events.sequence, epoch: events.epoch })
    .from(events)
    .where(
      and(
        eq(events.conversationId, conversationId),
        eq(events.messageId, commitId),
        eq(events.senderDeviceId, deviceId),
        eq(events.kind, "commit"),
      ),
    );
  return event && { sequence: event.sequence, epoch: event.epoch + 1 };
}

function demandCurrent(current: { generation: number; epoch: number }, { generation, epoch }: CommitBundle) {
  if (current.generation !== generation || current.epoch !== epoch) throw new Refusal("commit.epoch_passed");
}

async function raiseEpoch(
  tx: Queries,
  { conversationId, bundle, checked }: Pick<Commit, "conversationId" | "bundle" | "checked">,
) {
  const changesMembers = checked.added.length + checked.removed.length > 0 ? 1 : 0;
  const [raised] = await tx
    .update(conversations)
    .set({
      epoch: sql`${conversations.epoch} + 1`,
      head: sql`${conversations.head} + 1`,
      membershipVersion: sql`${conversations.membershipVersion} + CAST(${changesMembers} AS BIGINT)`,
      roles: encodeRoleList(checked.after.context.roles),
    })
    .where(
      and(
        eq(conversations.id, conversationId),
        eq(conversations.generation, bundle.generation),
        eq(conversations.epoch, bundle.epoch),
      ),
    )
    .returning({
      epoch: conversations.epoch,
      head: conversations.head,
      membershipVersion: conversations.membershipVersion,
    });
  if (raised === undefined) throw new Refusal("commit.epoch_passed");
  const { groupInfo } = bundle;
  await tx
    .update(conversationGroups)
    .set({ groupInfo })
    .where(eq(conversationGroups.conversationId, conversationId));
  return raised;
}
