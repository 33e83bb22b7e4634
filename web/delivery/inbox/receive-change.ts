import type { CommitEvent } from "../../../src/protocol/delivery.ts";
import { type AccountId, type MessageId, newId } from "../../../src/protocol/ids.ts";
import { may, pauseOf } from "../../../src/protocol/role-list.ts";
import { adoptCommit } from "../../crypto/adopt-commit.ts";
import { encodeGroupInfo } from "../../crypto/commit.ts";
import { CryptoFailure } from "../../crypto/failure.ts";
import { type Group, listMembers, type Member } from "../../crypto/group.ts";
import { type CommitReceived, receiveCommit } from "../../crypto/receive-commit.ts";
import {
  type CommunityRecord,
  type ConversationRecord,
  type GroupChange,
  type MessageRecord,
  MOST_WHY,
  type PendingCommit,
} from "../../storage/records.ts";
import { changesBetween, changesSince } from "../groups/changes-between.ts";
import { openGroup, readPending } from "../groups/group-at-rest.ts";
import { isIn, withPeople, withSlowest } from "../groups/people.ts";
import { repeatAbout } from "../groups/say-about.ts";
import { changedFrom } from "../groups/start-conversation.ts";
import { withWish } from "../groups/wishes.ts";
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
  if (pending && isOverBy(pending, event)) {
    batch.change.remove("commits", batch.id);
    batch.conversation = withWish(batch.conversation, pending.wished);
  }
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
      amend(batch, await changedFrom(batch.change, batch.conversation, { ...event, group: received.group }));
    await nameToNewcomer(batch, received);
    placeCommit(batch, event, body);
  } catch (cause) {
    if (!(cause instanceof CryptoFailure)) throw cause;
    if (cause.reason !== "not_allowed") return doubtGroup(batch);
    freeze(batch);
    await keepEvidence(batch, event, group, cause.message);
  }
}

/** Whoever runs the server, or an outsider, can judge by it what happened: nothing in it is secret. */
async function keepEvidence(
  { change, id }: Batch,
  { commitId, sequence, sentAt, senderAccountId, senderDeviceId, generation, epoch, commit }: CommitEvent,
  group: Group,
  why: string,
): Promise<void> {
  const of = { commitId, sequence, sentAt, senderAccountId, senderDeviceId, generation, epoch, commit };
  change.put("evidence", id, { ...of, why: why.slice(0, MOST_WHY), groupInfo: await encodeGroupInfo(group) });
}

/**
 * Whoever came by a link, or was added by somebody who may not write, has nobody who would tell them what the group
 * is called: its owner does.
 */
async function nameToNewcomer(
  { client, change, id, conversation }: Batch,
  { group, sender, added }: Extract<CommitReceived, { kind: "advanced" }>,
): Promise<void> {
  const cameAlone = added.some(({ deviceId }) => deviceId === sender.deviceId);
  const isUntold = added.length > 0 && (cameAlone || !may(group.roles, sender.accountId, "write"));
  if (!isUntold || group.roles.owner !== client.accountId || sender.accountId === client.accountId) return;
  await repeatAbout(client, change, id, conversation);
  client.tend(id);
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
function bodyOf(batch: Batch, before: Group, after: Group): MessageRecord["body"] {
  const gone = new Set(batch.conversation.departures.map(({ accountId }) => accountId));
  const changes = toldOf(batch, after, changesBetween(before, after)).flatMap((change) => {
    if (change.kind !== "expelled" && after.roles.kind !== "group") return [];
    if (change.kind !== "removed") return change;
    const accounts = change.accounts.filter((account) => !gone.has(account));
    return accounts.length > 0 ? { ...change, accounts } : [];
  });
  return changes.length > 0 ? { kind: "change", changes } : { kind: "commit" };
}

/** Who comes to a channel and goes is told to those in charge alone. */
function toldOf({ client }: Batch, { roles }: Group, changes: readonly GroupChange[]): GroupChange[] {
  const isTold = !roles.rights.channel || may(roles, client.accountId, "write");
  return changes.filter(({ kind }) => isTold || (kind !== "added" && kind !== "removed"));
}

async function adopt(batch: Batch, event: CommitEvent, pending: PendingCommit): Promise<void> {
  batch.change.remove("commits", batch.id);
  // Whoever ends a group leaves it next.
  if (pending.wished?.wish.kind === "end") batch.conversation = withWish(batch.conversation, pending.wished);
  const made = openGroup(batch.client, pending);
  const next = made && following(made, pending, batch.group);
  if (!next) return needRepair(batch);
  const { group: before, conversation: known } = batch;
  const body = before && pending.purpose !== "rejoin" ? bodyOf(batch, before, next) : undefined;
  await begin(batch, next, event.sequence);
  if (!before || isRenewed(before, next)) {
    const leafKey = { since: batch.client.platform.clock.now(), sent: 0, offered: false };
    amend(batch, { leafKey });
  }
  if (!body) return comeBack(batch, event, next, known);
  if (before && hasAdded(before, next) && may(next.roles, batch.client.accountId, "write"))
    await repeatAbout(batch.client, batch.change, batch.id, batch.conversation);
  placeCommit(batch, event, body);
}

/** Somebody, or a device of somebody who was in. */
function hasAdded(before: Group, after: Group): boolean {
  const known = new Set(listMembers(before).map(({ deviceId }) => deviceId));
  return listMembers(after).some(({ deviceId }) => !known.has(deviceId));
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

/** Before this place nothing is compared any more; what could not be followed, and what changed meanwhile, is said once. */
function comeBack(batch: Batch, event: CommitEvent, group: Group, known: ConversationRecord): void {
  const { lost: count, blindUpTo, community } = batch.conversation;
  // What was changed of its list meanwhile is learnt when somebody says it again.
  if (community && count > 0) amend(batch, { community: unsure(community) });
  amend(batch, {
    state: "ready",
    lost: 0,
    generation: group.generation,
    blindUpTo: Math.max(blindUpTo, event.sequence - 1),
  });
  const { conversation, client } = batch;
  const changes = isIn(known, client.accountId)
    ? toldOf(batch, group, changesSince(known, conversation))
    : [];
  if (changes.length > 0) placeCommit(batch, event, { kind: "change", changes, meanwhile: { lost: count } });
  else placeCommit(batch, event, count > 0 ? { kind: "gap", count } : { kind: "commit" });
}

/** What was learnt of those in charge is not replaced by whoever else. */
function unsure(community: CommunityRecord): CommunityRecord {
  return { ...community, sure: false, ...(community.sure ? { wasSure: true } : {}) };
}

async function begin(batch: Batch, group: Group, sequence: number): Promise<void> {
  batch.group = group;
  batch.groupChanged = true;
  const { change, client, conversation } = batch;
  const peopled = await withPeople(change, conversation, group, sequence);
  batch.conversation = withSlowest(client.accountId, peopled);
  if (isFaster(conversation, group, client.accountId)) amend(batch, { pausedUntil: undefined });
  if (isAlone(batch.conversation, group)) amend(batch, { state: "frozen", frozenBy: "alone" });
  amend(batch, { chain: await startChain(group), epochFrom: sequence, devicesDue: true });
}

/** What waits may go out sooner than was thought. */
function isFaster({ pausedUntil, rights }: ConversationRecord, { roles }: Group, me: AccountId): boolean {
  return pausedUntil !== undefined && (rights.slow !== roles.rights.slow || pauseOf(roles, me) === 0);
}

/** Nobody is left in a direct conversation who could read what is written. */
function isAlone({ kind, peer }: ConversationRecord, group: Group): boolean {
  return kind === "direct" && listMembers(group).every(({ accountId }) => accountId !== peer?.accountId);
}

/** Under an id that nobody chose: a commit's is the server's word, and could be that of a message to be hidden. */
function placeCommit(batch: Batch, event: CommitEvent, body: Parameters<typeof putInPlace>[3]): void {
  putInPlace(batch, { ...event, messageId: newId<MessageId>() }, event.senderAccountId, body);
}
