import type { CommitEvent } from "../../../src/protocol/delivery.ts";
import { adoptCommit } from "../../crypto/adopt-commit.ts";
import { CryptoFailure } from "../../crypto/failure.ts";
import { type Group, listMembers, type Member } from "../../crypto/group.ts";
import { receiveCommit } from "../../crypto/receive-commit.ts";
import type { MessageRecord, PendingCommit } from "../../storage/records.ts";
import { openGroup, readPending } from "../groups/group-at-rest.ts";
import { changesBetween, withPeople, withSlowest } from "../groups/people.ts";
import { repeatAbout } from "../groups/say-about.ts";
import { changedFrom } from "../groups/start-conversation.ts";
import { amend, type Batch, doubtGroup, freeze, needRepair, putInPlace } from "./batch.ts";
import { arePinned, same } from "./pins.ts";
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
    const body = bodyOf(batch, group, received.group);
    await begin(batch, received.group, event.sequence);
    if (!(await isPinnedPeer(batch, received.added)))
      amend(batch, changedFrom(batch.conversation, event.sequence));
    placeCommit(batch, event, body);
  } catch (cause) {
    if (!(cause instanceof CryptoFailure)) throw cause;
    if (cause.reason === "not_allowed") freeze(batch);
    else doubtGroup(batch);
  }
}

/** Whether those who came in are who was pinned: removed and added again, the peer could come with another root. */
async function isPinnedPeer({ change, conversation }: Batch, added: readonly Member[]): Promise<boolean> {
  const { peer, kind } = conversation;
  if (kind === "group") return arePinned(change, added);
  const theirs = added.filter(({ accountId }) => accountId === peer?.accountId);
  const pinned = peer && theirs.length > 0 ? await change.read("pins", peer.accountId) : undefined;
  return !pinned || theirs.every(({ rootPublicKey }) => same(rootPublicKey, pinned.root));
}

/** What people are shown of a commit; whoever left is not said to have been removed too. */
function bodyOf({ conversation }: Batch, before: Group, after: Group): MessageRecord["body"] {
  if (after.roles.kind !== "group") return { kind: "commit" };
  const gone = new Set(conversation.departures.map(({ accountId }) => accountId));
  const changes = changesBetween(before, after).flatMap((change) => {
    if (change.kind !== "removed") return change;
    const accounts = change.accounts.filter((account) => !gone.has(account));
    return accounts.length > 0 ? { ...change, accounts } : [];
  });
  return changes.length > 0 ? { kind: "change", changes } : { kind: "commit" };
}

async function adopt(batch: Batch, event: CommitEvent, pending: PendingCommit): Promise<void> {
  batch.change.remove("commits", batch.id);
  const made = openGroup(batch.client, pending);
  const next = made && following(made, pending, batch.group);
  if (!next) return needRepair(batch);
  const before = batch.group;
  const body = before && pending.purpose !== "rejoin" ? bodyOf(batch, before, next) : undefined;
  await begin(batch, next, event.sequence);
  if (!before || isRenewed(before, next)) {
    const leafKey = { since: batch.client.platform.clock.now(), sent: 0, offered: false };
    amend(batch, { leafKey });
  }
  if (!body) return comeBack(batch, event, next);
  const hasAdded = body.kind === "change" && body.changes.some(({ kind }) => kind === "added");
  if (hasAdded) await repeatAbout(batch.client, batch.change, batch.id, batch.conversation);
  placeCommit(batch, event, body);
}

/** A commit that only adds leaves the committer's own key as it was. */
function isRenewed(before: Group, after: Group): boolean {
  const [old, next] = [before, after].map((group) =>
    listMembers(group).find(({ deviceId }) => deviceId === group.device.deviceId),
  );
  return !old || !next || !same(old.encryptionKey, next.encryptionKey);
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

async function begin(batch: Batch, group: Group, sequence: number): Promise<void> {
  batch.group = group;
  batch.groupChanged = true;
  const { change, client, conversation } = batch;
  const peopled = await withPeople(change, conversation, group, sequence);
  batch.conversation = withSlowest(client.accountId, peopled);
  amend(batch, { chain: await startChain(group) });
}

function placeCommit(batch: Batch, event: CommitEvent, body: Parameters<typeof putInPlace>[3]): void {
  putInPlace(batch, { ...event, messageId: event.commitId }, event.senderAccountId, body);
}
