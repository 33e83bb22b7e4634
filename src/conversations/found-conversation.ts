import { and, eq } from "drizzle-orm";
import type * as v from "valibot";
import type { Answering } from "../answer.ts";
import type { App, SessionFacts } from "../app.ts";
import type { Queries } from "../db/database.ts";
import { accounts, conversationGroups, conversations, events } from "../db/tables.ts";
import { take } from "../limits/take.ts";
import { checkFounding } from "../mls/check-founding.ts";
import type { foundConversation } from "../protocol/conversations.ts";
import type { AccountId, DeviceId } from "../protocol/ids.ts";
import { encodeRoleList } from "../protocol/role-list.ts";
import { Refusal } from "../refusal.ts";
import { pairKey } from "./pair-key.ts";
import { storeCommit, storeJoiners } from "./store-commit.ts";
import { tellCommit } from "./tell-commit.ts";

type Founding = v.InferOutput<typeof foundConversation.input>;

const FIRST = 1;
/** Another generation continues a conversation that is there; none begins with one. */
const FIRST_GENERATION = 0;

export const answerFoundConversation: Answering<typeof foundConversation> = async (input, request) => {
  const { app, session } = request;
  const known = await findFounded(app.db.read, input, session.deviceId);
  if (known !== undefined) return known;
  take(request, "group_change", session.accountId);
  const checked = await check(app, input, session);
  const now = app.clock.now();
  const outcome = await app.db.write(async (tx) => {
    const already = await findFounded(tx, input, session.deviceId);
    if (already !== undefined) return already;
    await demandAccount(tx, input.peer);
    await insertConversation(tx, input, session.accountId, checked, now);
    const commit = {
      conversationId: input.conversationId,
      bundle: input.first,
      checked,
      sequence: FIRST,
      sentAt: now,
    };
    // The founder was in before its first commit: its cursor begins before that.
    await storeJoiners(tx, { ...commit, sequence: 0 }, checked.founded.leaves);
    return storeCommit(tx, commit);
  });
  if ("epoch" in outcome) return outcome;
  const devices = checked.after.leaves.map((leaf) => leaf.deviceId);
  tellCommit(app, { conversationId: input.conversationId, version: 1, devices }, outcome);
  return { sequence: FIRST, epoch: checked.after.epoch };
};

async function check(app: App, input: Founding, session: SessionFacts & { deviceId: DeviceId }) {
  const isOwn = input.peer === session.accountId;
  const isFirst = input.first.generation === FIRST_GENERATION;
  if (!isFirst || isOwn !== (input.kind === "saved")) throw new Refusal("commit.not_allowed");
  return checkFounding({
    ...input,
    by: session,
    serverPublicKey: app.secrets.externalSender.publicKey,
    origin: app.config.publicOrigin,
    now: app.clock.now(),
  });
}

/** The answer of before, when this device has founded it already and asks again. */
async function findFounded(queries: Queries, { conversationId, first }: Founding, deviceId: DeviceId) {
  const [event] = await queries
    .select({ sequence: events.sequence, epoch: events.epoch })
    .from(events)
    .where(
      and(
        eq(events.conversationId, conversationId),
        eq(events.messageId, first.commitId),
        eq(events.senderDeviceId, deviceId),
      ),
    );
  return event && { sequence: event.sequence, epoch: event.epoch + 1 };
}

async function demandAccount(tx: Queries, accountId: AccountId) {
  const found = await tx.select({ id: accounts.id }).from(accounts).where(eq(accounts.id, accountId));
  if (found.length === 0) throw new Refusal("account.not_found");
}

/** Unique by its pair and generation: of two founded at once the second is refused. */
async function insertConversation(
  tx: Queries,
  { conversationId, kind, peer, first }: Founding,
  founder: AccountId,
  { after }: Awaited<ReturnType<typeof check>>,
  createdAt: number,
) {
  const made = await tx
    .insert(conversations)
    .values({
      id: conversationId,
      kind,
      pairKey: pairKey(founder, peer, first.generation),
      generation: first.generation,
      suite: after.suite,
      epoch: after.epoch,
      head: FIRST,
      membershipVersion: 1,
      roles: encodeRoleList(after.context.roles),
      createdAt,
    })
    .onConflictDoNothing()
    .returning({ id: conversations.id });
  if (made.length === 0) throw new Refusal("conversation.exists");
  await tx.insert(conversationGroups).values({ conversationId, groupInfo: first.groupInfo });
}
