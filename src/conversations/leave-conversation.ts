import { and, eq, sql } from "drizzle-orm";
import { appendAccountEvent } from "../accounts/append-account-event.ts";
import type { Answering } from "../answer.ts";
import type { SessionFacts } from "../app.ts";
import type { Queries } from "../db/database.ts";
import { conversationDevices, conversationMembers, conversations, events } from "../db/tables.ts";
import { inTurn } from "../devices/in-turn.ts";
import { take } from "../limits/take.ts";
import { loadMls } from "../mls/load-mls.ts";
import type { leaveConversation } from "../protocol/conversations.ts";
import type { LeftEvent } from "../protocol/delivery.ts";
import { verifyDeparture } from "../protocol/departure.ts";
import { type DeviceId, type MessageId, newId } from "../protocol/ids.ts";
import { Refusal } from "../refusal.ts";
import { currentGroupInfo, sizeOfGroup } from "./current-group-info.ts";
import { dropIfEmpty } from "./drop-if-empty.ts";
import { memberDevices } from "./read-audience.ts";
import { requireMember } from "./require-member.ts";
import type { ToDevice } from "./store-commit.ts";
import { tellCommit } from "./tell-commit.ts";
import { weighBytes } from "./weigh-commit.ts";

/**
 * The account is out at once: nothing more is delivered to it. Its leaves stay in the group's tree until another
 * member commits their removal, which the statement, kept as an event, allows to everybody.
 */
export const answerLeaveConversation: Answering<typeof leaveConversation> = (input, request) =>
  inTurn(request.app.db, input.conversationId, async () => {
    const { app, session } = request;
    const { conversationId, statement } = input;
    const { conversation } = await requireMember(app.db.read, conversationId, session.deviceId);
    if (conversation.kind !== "group") throw new Refusal("commit.not_allowed");
    const kept = await sizeOfGroup(app.db.read, conversationId);
    take(request, "group_change", session.accountId, weighBytes(kept));
    const { readKnownGroup } = await loadMls();
    const group = await readKnownGroup(await currentGroupInfo(app.db.read, conversationId));
    const isAlone = group.leaves.every(({ accountId }) => accountId === session.accountId);
    if (group.context.roles.owner === session.accountId && !isAlone) throw new Refusal("group.owner_stays");
    if ((await verifyDeparture(statement, group)) !== session.accountId)
      throw new Refusal("commit.epoch_passed");
    const { generation, epoch } = group;
    const leaving = { conversationId, statement, by: session, generation, epoch, sentAt: app.clock.now() };
    const { version, ...left } = await app.db.write(async (tx) => {
      const { head, version } = await raiseHead(tx, leaving);
      const event = await storeLeft(tx, leaving, head);
      const farewells = await dropAccount(tx, leaving, head);
      const devices = await memberDevices(tx, conversationId);
      await dropIfEmpty(tx, conversationId);
      return { version, event, farewells, devices };
    }, "read_committed");
    tellCommit(app, { conversationId, version, devices: left.devices }, { ...left, welcomes: [] });
    return {};
  });

interface Leaving {
  readonly conversationId: typeof conversations.$inferSelect.id;
  readonly statement: Uint8Array<ArrayBuffer>;
  readonly by: SessionFacts & { readonly deviceId: DeviceId };
  readonly generation: number;
  readonly epoch: number;
  readonly sentAt: number;
}

/** First: it takes the conversation's row. In another epoch the leaf may have another key. */
async function raiseHead(tx: Queries, { conversationId, generation, epoch }: Leaving) {
  const [raised] = await tx
    .update(conversations)
    .set({
      head: sql`${conversations.head} + 1`,
      membershipVersion: sql`${conversations.membershipVersion} + 1`,
    })
    .where(
      and(
        eq(conversations.id, conversationId),
        eq(conversations.generation, generation),
        eq(conversations.epoch, epoch),
      ),
    )
    .returning({ head: conversations.head, version: conversations.membershipVersion });
  if (raised === undefined) throw new Refusal("commit.epoch_passed");
  return raised;
}

async function storeLeft(tx: Queries, leaving: Leaving, sequence: number): Promise<LeftEvent> {
  const { conversationId, statement, by, generation, epoch, sentAt } = leaving;
  const shared = {
    sequence,
    senderAccountId: by.accountId,
    senderDeviceId: by.deviceId,
    sentAt,
    generation,
    epoch,
  };
  const messageId = newId<MessageId>();
  const row = { ...shared, conversationId, kind: "left" as const, messageId, counter: 0, body: statement };
  await tx.insert(events).values(row);
  return { kind: "left", ...shared, statement };
}

/** Each device of the account is told, and found in the conversation no more. */
async function dropAccount(tx: Queries, leaving: Leaving, sequence: number): Promise<ToDevice[]> {
  const { conversationId, by, generation, sentAt } = leaving;
  const { accountId } = by;
  const dropped = await tx
    .delete(conversationDevices)
    .where(
      and(
        eq(conversationDevices.conversationId, conversationId),
        eq(conversationDevices.accountId, accountId),
      ),
    )
    .returning({ deviceId: conversationDevices.deviceId });
  if (dropped.length === 0) throw new Refusal("conversation.not_found");
  await tx
    .update(conversationMembers)
    .set({ leftSequence: sequence })
    .where(
      and(
        eq(conversationMembers.conversationId, conversationId),
        eq(conversationMembers.accountId, accountId),
      ),
    );
  const told: ToDevice[] = [];
  const word = { kind: "removed" as const, conversationId, generation, conversationSequence: sequence };
  const said = { ...word, fromAccountId: accountId, sentAt, commit: null };
  for (const { deviceId } of dropped)
    told.push({ deviceId, event: await appendAccountEvent(tx, { accountId, deviceId }, said, sentAt) });
  return told;
}
