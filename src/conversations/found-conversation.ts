import { and, eq, isNull } from "drizzle-orm";
import type * as v from "valibot";
import type { Answering } from "../answer.ts";
import type { App, SessionFacts } from "../app.ts";
import type { Queries } from "../db/database.ts";
import { accounts, conversationGroups, conversations, events, goneConversations } from "../db/tables.ts";
import { take } from "../limits/take.ts";
import type { checkFounding } from "../mls/check-founding.ts";
import { loadMls } from "../mls/load-mls.ts";
import type { ConversationKind, foundConversation } from "../protocol/conversations.ts";
import { firstOf } from "../protocol/generation.ts";
import type { AccountId, DeviceId } from "../protocol/ids.ts";
import { Refusal } from "../refusal.ts";
import { continueConversation, demandNext } from "./continue-conversation.ts";
import { pairKey } from "./pair-key.ts";
import { rolesKept } from "./roles-kept.ts";
import { storeCommit, storeJoiners } from "./store-commit.ts";
import { tellCommit } from "./tell-commit.ts";
import { weighCommit } from "./weigh-commit.ts";

export type Founding = v.InferOutput<typeof foundConversation.input>;

export const answerFoundConversation: Answering<typeof foundConversation> = async (input, request) => {
  const { app, session } = request;
  const known = await findFounded(app.db.read, input, session.deviceId);
  if (known !== undefined) return known;
  take(request, "group_change", session.accountId, weighCommit(input.first));
  const checked = await check(app, input, session);
  const now = app.clock.now();
  const outcome = await app.db.write(async (tx) => {
    const already = await findFounded(tx, input, session.deviceId);
    if (already !== undefined) return already;
    if (input.peer !== null) await demandAccount(tx, input.peer);
    const { conversationId, first } = input;
    const sequence = firstOf(first.generation);
    const version =
      (await continueConversation(tx, { input, by: session, checked, sequence })) ??
      (await insertConversation(tx, {
        input,
        founder: session.accountId,
        checked,
        sequence,
        createdAt: now,
      }));
    const commit = { conversationId, bundle: first, checked, sequence, sentAt: now };
    // The founder was in before its first commit: its cursor begins before that.
    await storeJoiners(tx, { ...commit, sequence: sequence - 1 }, checked.before.leaves);
    return { version, sequence, stored: await storeCommit(tx, commit) };
  });
  if ("epoch" in outcome) return outcome;
  const devices = checked.after.leaves.map((leaf) => leaf.deviceId);
  const { version, sequence, stored } = outcome;
  tellCommit(app, { conversationId: input.conversationId, version, devices }, stored);
  return { sequence, epoch: checked.after.epoch };
};

export type Checked = Awaited<ReturnType<typeof checkFounding>>;

async function check(app: App, input: Founding, session: SessionFacts & { deviceId: DeviceId }) {
  if (kindWith(input.peer, session.accountId) !== input.kind) throw new Refusal("commit.not_allowed");
  const { checkFounding } = await loadMls();
  return checkFounding({
    ...input,
    by: session,
    serverPublicKey: app.secrets.externalSender.publicKey,
    origin: app.config.publicOrigin,
    now: app.clock.now(),
  });
}

function kindWith(peer: AccountId | null, own: AccountId): ConversationKind {
  if (peer === null) return "group";
  return peer === own ? "saved" : "direct";
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
  const found = await tx
    .select({ id: accounts.id })
    .from(accounts)
    .where(and(eq(accounts.id, accountId), isNull(accounts.disabledAt)));
  if (found.length === 0) throw new Refusal("account.not_found");
}

interface New {
  readonly input: Founding;
  readonly founder: AccountId;
  readonly checked: Checked;
  readonly sequence: number;
  readonly createdAt: number;
}

/**
 * Under an id that no group ever had. Unique by its pair where it has one: of two founded at once the second is refused. One that begins with a later generation was
 * known to its members before this database was put back to an earlier time.
 */
async function insertConversation(tx: Queries, { input, founder, checked, sequence, createdAt }: New) {
  const { conversationId, kind, peer, first } = input;
  demandNext(-1, first.generation);
  const gone = await tx.select().from(goneConversations).where(eq(goneConversations.id, conversationId));
  if (gone.length > 0) throw new Refusal("conversation.exists");
  const { after } = checked;
  const made = await tx
    .insert(conversations)
    .values({
      id: conversationId,
      kind,
      pairKey: peer && pairKey(founder, peer),
      generation: first.generation,
      suite: after.suite,
      epoch: after.epoch,
      head: sequence,
      membershipVersion: 1,
      ...rolesKept(after.context.roles),
      createdAt,
    })
    .onConflictDoNothing()
    .returning({ id: conversations.id });
  if (made.length === 0) throw new Refusal("conversation.exists");
  await tx.insert(conversationGroups).values({ conversationId, groupInfo: first.groupInfo });
  return 1;
}
