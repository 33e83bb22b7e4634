import type { CommitEvent } from "../../../src/protocol/delivery.ts";
import { adoptCommit } from "../../crypto/adopt-commit.ts";
import { CryptoFailure } from "../../crypto/failure.ts";
import type { Group, Member } from "../../crypto/group.ts";
import { receiveCommit } from "../../crypto/receive-commit.ts";
import type { PendingCommit } from "../../storage/records.ts";
import { openGroup, readPending } from "../groups/group-at-rest.ts";
import { changedFrom } from "../groups/start-conversation.ts";
import { amend, type Batch, doubtGroup, freeze, needRepair, putInPlace } from "./batch.ts";
import { same } from "./pins.ts";
import { startChain } from "./seen-chain.ts";

/**
 * A change of the group. The own one that waits is adopted in its place; another's is judged before it is
 * merged: one that may not be freezes the conversation, one that cannot be followed has it repaired.
 */
export async function receiveChange(batch: Batch, event: CommitEvent): Promise<void> {
  if (batch.conversation.state === "frozen") return;
  const pending = await readPending(batch.change, batch.id);
  if (pending?.commitId === event.commitId) return adopt(batch, event, pending);
  if (pending && isOverBy(pending, event)) batch.change.remove("commits", batch.id);
  const { group, client } = batch;
  if (!group || event.epoch < group.epoch || event.generation !== group.generation) return;
  /** Of a later self, which this copy knows nothing of. */
  if (event.senderDeviceId === client.deviceId) return needRepair(batch);
  if (event.epoch > group.epoch) return doubtGroup(batch);
  await follow(batch, event, group);
}

function isOverBy({ generation, epoch }: PendingCommit, event: CommitEvent): boolean {
  return event.generation === generation && event.epoch >= epoch;
}

async function follow(batch: Batch, event: CommitEvent, group: Group): Promise<void> {
  try {
    const received = await receiveCommit(group, event.commit);
    if (received.kind === "removed") return freeze(batch);
    await begin(batch, received.group);
    if (!(await isPinnedPeer(batch, received.added)))
      amend(batch, changedFrom(batch.conversation, event.sequence));
    placeCommit(batch, event, { kind: "commit" });
  } catch (cause) {
    if (!(cause instanceof CryptoFailure)) throw cause;
    if (cause.reason === "not_allowed") freeze(batch);
    else doubtGroup(batch);
  }
}

/** Whether those who came in are who was pinned: removed and added again, the peer could come with another root. */
async function isPinnedPeer({ change, conversation }: Batch, added: readonly Member[]): Promise<boolean> {
  const { peer } = conversation;
  const theirs = added.filter(({ accountId }) => accountId === peer?.accountId);
  const pinned = peer && theirs.length > 0 ? await change.read("pins", peer.accountId) : undefined;
  return !pinned || theirs.every(({ rootPublicKey }) => same(rootPublicKey, pinned.root));
}

async function adopt(batch: Batch, event: CommitEvent, pending: PendingCommit): Promise<void> {
  batch.change.remove("commits", batch.id);
  const made = openGroup(batch.client, pending);
  const next = made && following(made, pending, batch.group);
  if (!next) return needRepair(batch);
  await begin(batch, next);
  const leafKey = { since: batch.client.platform.clock.now(), sent: 0, offered: false };
  amend(batch, { leafKey });
  if (pending.purpose === "rejoin") return comeBack(batch, event, next);
  placeCommit(batch, event, { kind: "commit" });
}

/** Undefined when an update waited for a group that has been lost since. */
function following(made: Group, { purpose }: PendingCommit, current: Group | undefined): Group | undefined {
  if (purpose === "rejoin") return made;
  try {
    return current && adoptCommit(made, current);
  } catch (cause) {
    if (cause instanceof CryptoFailure) return undefined;
    throw cause;
  }
}

/** Before this place nothing is compared any more, and what could not be followed is said once. */
function comeBack(batch: Batch, event: CommitEvent, { generation }: Group): void {
  const { lost: count, blindUpTo } = batch.conversation;
  amend(batch, {
    state: "ready",
    lost: 0,
    generation,
    blindUpTo: Math.max(blindUpTo, event.sequence - 1),
  });
  placeCommit(batch, event, count > 0 ? { kind: "gap", count } : { kind: "commit" });
}

async function begin(batch: Batch, group: Group): Promise<void> {
  batch.group = group;
  batch.groupChanged = true;
  amend(batch, { chain: await startChain(group) });
}

function placeCommit(batch: Batch, event: CommitEvent, body: Parameters<typeof putInPlace>[3]): void {
  putInPlace(batch, { ...event, messageId: event.commitId }, event.senderAccountId, body);
}
