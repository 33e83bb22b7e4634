import { and, eq, sql } from "drizzle-orm";
import type { Answering, RequestContext } from "../answer.ts";
import type { Queries } from "../db/database.ts";
import { conversationGroups, conversations, events } from "../db/tables.ts";
import { inTurn } from "../devices/in-turn.ts";
import { take } from "../limits/take.ts";
import type { CommitChecked } from "../mls/check-commit.ts";
import { loadMls } from "../mls/load-mls.ts";
import type { CommitBundle, commitToConversation } from "../protocol/conversations.ts";
import type { ConversationId, DeviceId } from "../protocol/ids.ts";
import { Refusal } from "../refusal.ts";
import { currentGroupInfo, sizeOfGroup } from "./current-group-info.ts";
import { nominate } from "./nominate.ts";
import { memberDevices } from "./read-audience.ts";
import { requireAccount } from "./require-account.ts";
import { rolesKept } from "./roles-kept.ts";
import { type Commit, storeCommit } from "./store-commit.ts";
import { tellCommit } from "./tell-commit.ts";
import { dropWaiting, readWaiting, signRemovals, storeProposals, type Waiting } from "./waiting-removals.ts";
import { weighCommit } from "./weigh-commit.ts";

/**
 * A new epoch, or none: compare-and-set on (generation, epoch) in one write with the Welcomes and the new
 * GroupInfo. What the commit may do is checked before the write; that its epoch still stands, inside it.
 * In turn, so that a retry finds its twin answered and a late one costs no check.
 */
export const answerCommit: Answering<typeof commitToConversation> = (input, request) =>
  inTurn(request.app.db, input.conversationId, () => acceptCommit(request, input, asAccount(request, input)));

/** What lets somebody commit. */
export interface Entrance {
  /** The conversation as it stands; refused to whoever may not even ask. */
  readonly find: () => Promise<{ readonly generation: number; readonly epoch: number }>;
  /** Whether it is this that lets the commit in. */
  readonly judge?: (checked: CommitChecked) => void;
  /** In the very write that takes the commit. */
  readonly pass?: (tx: Queries) => Promise<void>;
}

function asAccount(
  { app, session }: RequestContext<"device">,
  { conversationId }: { readonly conversationId: ConversationId },
): Entrance {
  return { find: async () => (await requireAccount(app.db.read, conversationId, session)).conversation };
}

export async function acceptCommit(
  request: RequestContext<"device">,
  { conversationId, ...bundle }: CommitBundle & { readonly conversationId: ConversationId },
  entrance: Entrance,
) {
  const { app, session } = request;
  const before = await findCommitted(app.db.read, conversationId, bundle, session.deviceId);
  if (before !== undefined) return before;
  demandCurrent(await entrance.find(), bundle);
  const kept = await sizeOfGroup(app.db.read, conversationId);
  take(request, "group_change", session.accountId, weighCommit(bundle, kept));
  const origin = app.config.publicOrigin;
  const { checkCommit, demandCommitOn, readKnownGroup } = await loadMls();
  demandCommitOn(bundle.commit, { ...bundle, conversationId });
  const group = await readKnownGroup(await currentGroupInfo(app.db.read, conversationId));
  const waiting = await readWaiting(app.db.read, conversationId);
  const pending = waiting.map(({ proposal }) => proposal);
  const checked = await checkCommit({ group, bundle, by: session, origin, now: app.clock.now(), pending });
  entrance.judge?.(checked);
  const left = leftOut(checked, waiting);
  const signed = await signRemovals(app, bundle.groupInfo, checked.after, left);
  const sentAt = app.clock.now();
  const { raised, stored, devices } = await app.db.write(async (tx) => {
    // First: it takes the conversation's row, behind whose back nothing of the conversation changes.
    const raised = await raiseEpoch(tx, { conversationId, bundle, checked });
    await entrance.pass?.(tx);
    await demandNoOther(tx, conversationId, waiting);
    const stored = await storeCommit(tx, { conversationId, bundle, checked, sequence: raised.head, sentAt });
    await dropWaiting(tx, conversationId);
    const { generation, epoch, head } = raised;
    const proposals = await storeProposals(tx, { conversationId, generation, epoch, head, sentAt }, signed);
    return { raised, stored: { ...stored, proposals }, devices: await memberDevices(tx, conversationId) };
  }, "read_committed");
  tellCommit(app, { conversationId, version: raised.membershipVersion, devices }, stored);
  if (signed.length > 0) nominate(app, conversationId);
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

/** Those that have to be proposed anew. A member leaves none out; whoever comes from outside cannot know of them. */
function leftOut({ expelled, isExternal }: CommitChecked, waiting: readonly Waiting[]): DeviceId[] {
  const carried = expelled.map(({ deviceId }) => deviceId);
  const left = waiting.map(({ deviceId }) => deviceId).filter((id) => !carried.includes(id));
  if (left.length > 0 && !isExternal) throw new Refusal("commit.removal_waits");
  return left;
}

/** Since they were read another server process may have proposed one more. */
async function demandNoOther(tx: Queries, id: ConversationId, waiting: readonly Waiting[]): Promise<void> {
  const known = waiting.map(({ deviceId }) => deviceId);
  const now = await readWaiting(tx, id);
  if (now.some(({ deviceId }) => !known.includes(deviceId))) throw new Refusal("commit.removal_waits");
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
      ...rolesKept(checked.after.context.roles),
    })
    .where(
      and(
        eq(conversations.id, conversationId),
        eq(conversations.generation, bundle.generation),
        eq(conversations.epoch, bundle.epoch),
      ),
    )
    .returning({
      generation: conversations.generation,
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
