import { eq } from "drizzle-orm";
import type { App } from "../app.ts";
import type { Queries } from "../db/database.ts";
import { conversations, events, pendingRemovals } from "../db/tables.ts";
import { loadMls } from "../mls/load-mls.ts";
import type { GroupRead } from "../mls/read-group-info.ts";
import type { ProposalEvent } from "../protocol/delivery.ts";
import {
  type AccountId,
  type ConversationId,
  type DeviceId,
  type MessageId,
  newId,
} from "../protocol/ids.ts";

/** A device on its way out, with what the server has signed for the current epoch. */
export interface Waiting {
  readonly deviceId: DeviceId;
  readonly proposal: Uint8Array<ArrayBuffer>;
}

export interface Signed extends Waiting {
  readonly accountId: AccountId;
}

export function readWaiting(queries: Queries, conversationId: ConversationId): Promise<Waiting[]> {
  const { deviceId, proposal } = pendingRemovals;
  return queries
    .select({ deviceId, proposal })
    .from(pendingRemovals)
    .where(eq(pendingRemovals.conversationId, conversationId));
}

/** Removes for the epoch of this GroupInfo, of those devices that have a leaf in it. Before the write: it takes a while. */
export async function signRemovals(
  { secrets }: App,
  groupInfo: Uint8Array,
  { leaves }: GroupRead,
  deviceIds: readonly DeviceId[],
): Promise<Signed[]> {
  const theirs = leaves.filter(({ deviceId }) => deviceIds.includes(deviceId));
  if (theirs.length === 0) return [];
  const { proposeRemoval } = await loadMls();
  return Promise.all(
    theirs.map(async ({ deviceId, accountId, leafIndex }) => {
      const proposal = await proposeRemoval({ groupInfo, leafIndex, key: secrets.externalSender });
      return { deviceId, accountId, proposal };
    }),
  );
}

interface Place {
  readonly conversationId: ConversationId;
  readonly generation: number;
  readonly epoch: number;
  /** The last sequence given out; theirs are the next. */
  readonly head: number;
  readonly sentAt: number;
}

/** Kept until they are carried out, and put among the events. Inside a write that has the conversation's row. */
export async function storeProposals(
  tx: Queries,
  { conversationId, generation, epoch, head, sentAt }: Place,
  signed: readonly Signed[],
): Promise<ProposalEvent[]> {
  if (signed.length === 0) return [];
  const told = signed.map(({ deviceId, accountId, proposal }, index) => ({
    row: { senderAccountId: accountId, senderDeviceId: deviceId, body: proposal },
    event: { kind: "proposal" as const, sequence: head + 1 + index, sentAt, generation, epoch, proposal },
  }));
  await tx.insert(events).values(
    told.map(({ row, event: { proposal: _, ...event } }) => ({
      ...event,
      ...row,
      conversationId,
      messageId: newId<MessageId>(),
      counter: 0,
    })),
  );
  await tx
    .insert(pendingRemovals)
    .values(signed.map(({ deviceId, proposal }) => ({ conversationId, deviceId, proposal })))
    .onConflictDoNothing();
  await tx
    .update(conversations)
    .set({ head: head + signed.length })
    .where(eq(conversations.id, conversationId));
  return told.map(({ event }) => event);
}

/** None waits any more: an epoch has ended, or a generation. */
export async function dropWaiting(tx: Queries, conversationId: ConversationId): Promise<void> {
  await tx.delete(pendingRemovals).where(eq(pendingRemovals.conversationId, conversationId));
}
