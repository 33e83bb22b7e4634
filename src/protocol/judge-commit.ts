import type { AccountId, DeviceId } from "./ids.ts";
import {
  encodeRoleList,
  type LinkKey,
  mayAddMembers,
  type Rank,
  type RoleList,
  rankOf,
} from "./role-list.ts";
import { equalBytes } from "./signing.ts";

/**
 * Whether a commit may change a group: a pure function of the group before and the commit, over plain data,
 * used by the server before it accepts and by every member before it merges. Clocks, pins and revocation have
 * no place here, because members would come to different answers.
 */

/** Whose leaf it is, from its verified credential. */
export interface Holder {
  readonly accountId: AccountId;
  readonly deviceId: DeviceId;
  readonly rootPublicKey: Uint8Array;
  readonly signaturePublicKey: Uint8Array;
  /** Of the leaf node as it stands. */
  readonly encryptionKey: Uint8Array;
}

export interface LeafFacts extends Holder {
  readonly leafIndex: number;
}

/** What stands in the GroupContext beside the tree. */
export interface ContextFacts {
  readonly roles: RoleList;
  /** The extension's data as it stands. */
  readonly externalSenders: Uint8Array;
  readonly engineVersion: number;
  /** Types of further extensions, ascending: none today. */
  readonly others: readonly number[];
}

export interface GroupFacts {
  readonly groupId: Uint8Array;
  readonly epoch: number;
  readonly context: ContextFacts;
  readonly leaves: readonly LeafFacts[];
}

export type Author =
  | { readonly kind: "member"; readonly leafIndex: number }
  /** The server, as external sender. */
  | { readonly kind: "server" }
  /** Of an external commit: not in the tree yet. */
  | { readonly kind: "newcomer" };

export type ProposalFacts =
  | { readonly kind: "add"; readonly by: Author; readonly holder: Holder }
  | { readonly kind: "remove"; readonly by: Author; readonly leafIndex: number }
  | { readonly kind: "update"; readonly by: Author; readonly holder: Holder }
  /** `context` is undefined when one of ours is missing or malformed. */
  | { readonly kind: "context"; readonly by: Author; readonly context: ContextFacts | undefined }
  | { readonly kind: "external_init"; readonly by: Author }
  /** PreSharedKey, ReInit and whatever is to come. */
  | { readonly kind: "other"; readonly by: Author };

export interface CommitFacts {
  readonly epoch: number;
  readonly sender: Exclude<Author, { kind: "server" }>;
  readonly proposals: readonly ProposalFacts[];
  /** The leaf node in the commit's path. */
  readonly pathHolder: Holder | undefined;
  /**
   * From the authenticated data of an external commit: a device that the joiner's account declared removed in
   * a device-log entry whose signatures verified.
   */
  readonly retired: { readonly accountId: AccountId; readonly deviceId: DeviceId } | undefined;
  /** From the authenticated data of an external commit: the key of a link, whose signature for the joiner verified. */
  readonly linkKey: Uint8Array | undefined;
  /** From the authenticated data of a member's commit: an account that left by a statement that verified. */
  readonly departed: AccountId | undefined;
}

export type Verdict =
  | {
      readonly kind: "allowed";
      readonly after: GroupFacts;
      /** The committer itself too, when it came by external commit. */
      readonly added: readonly LeafFacts[];
      readonly removed: readonly LeafFacts[];
    }
  | { readonly kind: "refused"; readonly why: string };

class Objection extends Error {}

function demand(holds: unknown, why: string): asserts holds {
  if (!holds) throw new Objection(why);
}

/** The verdict on a commit; never throws. `after` is the group as the commit leaves it. */
export function judgeCommit(group: GroupFacts, commit: CommitFacts): Verdict {
  try {
    demand(commit.epoch === group.epoch, "The commit is for another epoch.");
    return commit.sender.kind === "newcomer"
      ? judgeExternal(group, commit)
      : judgeMember(group, commit, commit.sender.leafIndex);
  } catch (error) {
    if (error instanceof Objection) return { kind: "refused", why: error.message };
    throw error;
  }
}

function judgeMember(group: GroupFacts, commit: CommitFacts, leafIndex: number): Verdict {
  const sender = group.leaves.find((leaf) => leaf.leafIndex === leafIndex);
  demand(sender, "The sender is not in the group.");
  if (commit.pathHolder) demand(sameHolder(commit.pathHolder, sender), "The path names another device.");
  const removed = removedLeaves(group, commit.proposals);
  demand(!removed.includes(sender), "Nobody removes the device they commit with.");
  for (const proposal of commit.proposals) judgeProposal(group, proposal, { removed, ...commit });
  const contexts = commit.proposals.filter((proposal) => proposal.kind === "context");
  demand(contexts.length <= 1, "More than one change of the GroupContext.");
  const added = placeAdded(group, commit.proposals, removed);
  const after: GroupFacts = {
    ...group,
    epoch: group.epoch + 1,
    context: contexts[0]?.context ?? group.context,
    leaves: withChanges(group, removed, added).map((leaf) =>
      leaf.leafIndex === leafIndex ? { ...leaf, ...commit.pathHolder } : leaf,
    ),
  };
  demandOwner(group, after, commit.proposals);
  return { kind: "allowed", after, added, removed };
}

/** Who goes with the commit. */
interface Going extends Pick<CommitFacts, "departed"> {
  readonly removed: readonly LeafFacts[];
}

function judgeProposal(group: GroupFacts, proposal: ProposalFacts, going: Going): void {
  const { by } = proposal;
  demand(by.kind !== "newcomer", "Only an external commit speaks for a newcomer.");
  if (by.kind === "server") {
    demand(proposal.kind === "remove", "The server may only remove.");
    return;
  }
  const author = group.leaves.find((leaf) => leaf.leafIndex === by.leafIndex);
  demand(author, "A proposal's author is not in the group.");
  if (proposal.kind === "add") demandMayAdd(group, author, proposal.holder, going);
  else if (proposal.kind === "remove") demandMayRemove(group, author, proposal.leafIndex, going);
  else if (proposal.kind === "update")
    demand(sameHolder(proposal.holder, author), "An update names another device.");
  else if (proposal.kind === "context") demandMayChangeContext(group.context, author, proposal.context);
  else demand(false, "A proposal of a kind that is never allowed here.");
}

/** Another device of whoever stays is added by anybody; whoever goes comes back by those who may add people. */
function demandMayAdd(
  group: GroupFacts,
  author: LeafFacts,
  holder: Holder,
  { removed, departed }: Going,
): void {
  const { roles } = group.context;
  const ofAccount = group.leaves.filter((leaf) => leaf.accountId === holder.accountId);
  demand(
    ofAccount.every((leaf) => equalBytes(leaf.rootPublicKey, holder.rootPublicKey)),
    "The added device's account has another root key in this group.",
  );
  demand(
    group.leaves.every((leaf) => leaf.deviceId !== holder.deviceId || removed.includes(leaf)),
    "The added device is in the group already.",
  );
  if (roles.kind !== "group") {
    demand(roles.circle.includes(holder.accountId), "Nobody else may be in this conversation.");
    return;
  }
  const stays = holder.accountId !== departed && ofAccount.some((leaf) => !removed.includes(leaf));
  demand(stays || mayAddMembers(roles, author.accountId), "The author may not add members.");
}

const RANKS: Record<Rank, number> = { owner: 3, admin: 2, moderator: 1, member: 0 };

/** Whoever left is taken out by anybody. */
function demandMayRemove(group: GroupFacts, author: LeafFacts, leafIndex: number, { departed }: Going): void {
  const target = group.leaves.find((leaf) => leaf.leafIndex === leafIndex);
  demand(target, "The removed leaf is empty.");
  if (target.accountId === author.accountId) return;
  const { roles } = group.context;
  demand(roles.kind === "group", "Nobody removes the other from this conversation.");
  if (target.accountId === departed) return;
  const rank = rankOf(roles, author.accountId);
  demand(rank === "owner" || rank === "admin", "The author may not remove members.");
  demand(
    RANKS[rank] > RANKS[rankOf(roles, target.accountId)],
    "The removed member does not rank below the author.",
  );
}

function demandMayChangeContext(
  before: ContextFacts,
  author: LeafFacts,
  next: ContextFacts | undefined,
): void {
  demand(next, "The new GroupContext lacks an extension or has a malformed one.");
  demand(equalBytes(next.externalSenders, before.externalSenders), "The external senders never change.");
  demand(next.engineVersion === before.engineVersion, "The engine version never changes.");
  demand(next.others.join() === before.others.join(), "An unknown extension came or went.");
  const { roles } = before;
  demand(
    roles.kind === "group" && next.roles.kind === "group",
    "The roles of this conversation never change.",
  );
  demand(next.roles.rights.channel === roles.rights.channel, "A channel stays one, and a group a group.");
  demand(
    next.roles.linkKeys.every((link) => link.by === author.accountId || isKnown(link, roles)),
    "A new link names somebody else as its maker.",
  );
  const rank = rankOf(roles, author.accountId);
  if (rank === "owner") return;
  if (mayAddMembers(roles, author.accountId) && isSameButLinks(roles, next.roles)) return;
  demand(rank === "admin", "The author may not change roles.");
  demand(
    next.roles.owner === roles.owner &&
      next.roles.ended === roles.ended &&
      sameAccounts(next.roles.admins, roles.admins),
    "Only the owner changes owner and admins, or ends the group.",
  );
}

/** A link that stands as it stood. */
function isKnown(link: LinkKey, { linkKeys }: RoleList): boolean {
  return linkKeys.some(
    (one) =>
      equalBytes(one.publicKey, link.publicKey) &&
      one.by === link.by &&
      one.expiresAt === link.expiresAt &&
      one.uses === link.uses &&
      one.approval === link.approval,
  );
}

function isSameButLinks(one: RoleList, other: RoleList): boolean {
  const [before, after] = [one, other].map((roles) => encodeRoleList({ ...roles, linkKeys: [] }));
  return before !== undefined && after !== undefined && equalBytes(before, after);
}

/**
 * The last owner cannot leave without handing over; only the server (a ban) may take the owner out. The group
 * goes on without one then.
 */
function demandOwner(before: GroupFacts, after: GroupFacts, proposals: readonly ProposalFacts[]): void {
  const { owner, ended } = after.context.roles;
  demand(
    !ended || after.leaves.every(({ accountId }) => accountId === owner),
    "In a group that has ended is nobody but its owner.",
  );
  if (owner === null || hasAccount(after, owner)) return;
  const byServer = proposals.some((proposal) => proposal.kind === "remove" && proposal.by.kind === "server");
  const wasThere = hasAccount(before, owner);
  const handedOver = owner !== before.context.roles.owner;
  demand(!handedOver && (byServer || !wasThere), "The owner would not be in the group.");
}

function hasAccount({ leaves }: GroupFacts, account: AccountId): boolean {
  return leaves.some((leaf) => leaf.accountId === account);
}

/** Two ways in: an account already in the tree replaces one leaf of its own; or somebody comes by a link. */
function judgeExternal(group: GroupFacts, commit: CommitFacts): Verdict {
  const joiner = commit.pathHolder;
  demand(joiner, "An external commit without a path.");
  demand(
    commit.proposals.every((proposal) => proposal.by.kind === "newcomer"),
    "An external commit refers to somebody's proposal.",
  );
  const inits = commit.proposals.filter((proposal) => proposal.kind === "external_init");
  const removals = commit.proposals.filter((proposal) => proposal.kind === "remove");
  if (inits.length === 1 && commit.proposals.length === 1) return judgeByLink(group, commit.linkKey, joiner);
  demand(
    inits.length === 1 && removals.length === 1 && commit.proposals.length === 2,
    "An external commit replaces exactly one leaf.",
  );
  const removed = removedLeaves(group, commit.proposals);
  const [replaced] = removed;
  demand(replaced && replaced.accountId === joiner.accountId, "An external commit removes somebody else.");
  demand(equalBytes(replaced.rootPublicKey, joiner.rootPublicKey), "The joiner has another root key.");
  demand(
    replaced.deviceId === joiner.deviceId ||
      (commit.retired?.accountId === joiner.accountId && commit.retired.deviceId === replaced.deviceId),
    "No entry of the device log names the replaced device.",
  );
  demand(
    group.leaves.every((leaf) => leaf === replaced || leaf.deviceId !== joiner.deviceId),
    "The joiner is in the group already.",
  );
  const added = place(group, removed, [joiner]);
  const after = { ...group, epoch: group.epoch + 1, leaves: withChanges(group, removed, added) };
  return { kind: "allowed", after, added, removed };
}

/** Expiry and number of uses are the server's to hold to: by clocks and counts members would come to different answers. */
function judgeByLink(group: GroupFacts, linkKey: Uint8Array | undefined, joiner: Holder): Verdict {
  const { roles } = group.context;
  demand(!roles.ended, "Nobody joins a group that has ended.");
  demand(roles.kind === "group" && linkKey, "An external commit of somebody who is not in the group.");
  const link = roles.linkKeys.find(({ publicKey }) => equalBytes(publicKey, linkKey));
  demand(link, "The link is not, or no longer, one of this group.");
  demand(!link.approval, "Nobody joins by this link without being added.");
  demand(mayInvite(group, link.by), "The link's maker may no longer add members.");
  demand(!roles.barred?.includes(joiner.accountId), "Whoever was removed joins by no link.");
  demand(rankOf(roles, joiner.accountId) === "member", "A link gives no rank.");
  demand(
    group.leaves.every((leaf) => leaf.accountId !== joiner.accountId && leaf.deviceId !== joiner.deviceId),
    "The joiner's account is in the group already.",
  );
  const added = place(group, [], [joiner]);
  const after = { ...group, epoch: group.epoch + 1, leaves: withChanges(group, [], added) };
  return { kind: "allowed", after, added, removed: [] };
}

function mayInvite({ context, leaves }: GroupFacts, account: AccountId): boolean {
  return leaves.some((leaf) => leaf.accountId === account) && mayAddMembers(context.roles, account);
}

function removedLeaves(group: GroupFacts, proposals: readonly ProposalFacts[]): LeafFacts[] {
  const removed: LeafFacts[] = [];
  for (const proposal of proposals) {
    if (proposal.kind !== "remove") continue;
    const leaf = group.leaves.find(({ leafIndex }) => leafIndex === proposal.leafIndex);
    demand(leaf, "The removed leaf is empty.");
    demand(!removed.includes(leaf), "One leaf is removed twice.");
    removed.push(leaf);
  }
  return removed;
}

function placeAdded(
  group: GroupFacts,
  proposals: readonly ProposalFacts[],
  removed: readonly LeafFacts[],
): LeafFacts[] {
  const holders = proposals.flatMap((proposal) => (proposal.kind === "add" ? [proposal.holder] : []));
  demand(
    new Set(holders.map(({ deviceId }) => deviceId)).size === holders.length,
    "One device is added twice.",
  );
  const roots = new Map<AccountId, Uint8Array>();
  for (const { accountId, rootPublicKey } of holders) {
    const known = roots.get(accountId) ?? rootPublicKey;
    demand(equalBytes(known, rootPublicKey), "Two devices of one account have different roots.");
    roots.set(accountId, known);
  }
  return place(group, removed, holders);
}

/** Adds take the leftmost blank leaves, in order, after the Removes (RFC 9420 §12.3, §7.7). */
function place(group: GroupFacts, removed: readonly LeafFacts[], holders: readonly Holder[]): LeafFacts[] {
  const taken = new Set(group.leaves.filter((leaf) => !removed.includes(leaf)).map((leaf) => leaf.leafIndex));
  let leafIndex = 0;
  return holders.map((holder) => {
    while (taken.has(leafIndex)) leafIndex += 1;
    taken.add(leafIndex);
    return { ...holder, leafIndex };
  });
}

function withChanges(
  group: GroupFacts,
  removed: readonly LeafFacts[],
  added: readonly LeafFacts[],
): LeafFacts[] {
  return [...group.leaves.filter((leaf) => !removed.includes(leaf)), ...added].sort(
    (one, other) => one.leafIndex - other.leafIndex,
  );
}

function sameHolder(one: Holder, other: Holder): boolean {
  return (
    one.accountId === other.accountId &&
    one.deviceId === other.deviceId &&
    equalBytes(one.rootPublicKey, other.rootPublicKey) &&
    equalBytes(one.signaturePublicKey, other.signaturePublicKey)
  );
}

function sameAccounts(one: readonly AccountId[], other: readonly AccountId[]): boolean {
  return one.length === other.length && one.every((account) => other.includes(account));
}
