import type { Proposal } from "ts-mls";
import { nextEpochContext } from "ts-mls/clientState.js";
import { encodeGroupContext } from "ts-mls/groupContext.js";
import { addLeafNode, type RatchetTree, removeLeafNode, updateLeafNode } from "ts-mls/ratchetTree.js";
import { treeHashRoot } from "ts-mls/treeHash.js";
import { nodeToLeafIndex, toLeafIndex, toNodeIndex } from "ts-mls/treemath.js";
import { applyUpdatePath } from "ts-mls/updatePath.js";
import { type CommitBundle, MOST_CHANNEL_DEVICES, MOST_GROUP_DEVICES } from "../protocol/conversations.ts";
import type { AccountId, DeviceId } from "../protocol/ids.ts";
import { judgeCommit, type LeafFacts, type ProposalFacts, type Verdict } from "../protocol/judge-commit.ts";
import { equalBytes } from "../protocol/signing.ts";
import { Refusal } from "../refusal.ts";
import { orRefuse } from "./decode-message.ts";
import { type CommitRead, readCommit } from "./read-commit.ts";
import { type GroupRead, readGroupInfo } from "./read-group-info.ts";
import { checkKeyPackage, type KeyPackageRead } from "./read-key-package.ts";
import { readWelcome } from "./read-welcome.ts";
import { openSuite } from "./suite.ts";

export interface CommitChecked {
  /** As the sender found it. */
  readonly before: GroupRead;
  /** The group of the next epoch, from the bundle's GroupInfo. */
  readonly after: GroupRead;
  readonly sender: LeafFacts;
  /** With the key package each was added by; without one for whoever came by external commit. */
  readonly added: readonly (LeafFacts & { readonly keyPackageRef: Uint8Array | undefined })[];
  readonly removed: readonly LeafFacts[];
  /** Those of the removed that the server had proposed. */
  readonly expelled: readonly LeafFacts[];
  /** Whoever came by external commit cannot carry out what was proposed inside. */
  readonly isExternal: boolean;
  /** The link by whose signature its sender came in. */
  readonly linkKey: Uint8Array | undefined;
}

export interface CheckCommit {
  /** Of the current epoch, as `readGroupInfo` gave it. */
  readonly group: GroupRead;
  readonly bundle: Pick<CommitBundle, "commit" | "welcome" | "groupInfo">;
  /** Whose session it came in. */
  readonly by: { readonly accountId: AccountId; readonly deviceId: DeviceId };
  readonly origin: string;
  /** Milliseconds. */
  readonly now: number;
  /** The server's own proposals of this epoch. */
  readonly pending?: readonly Uint8Array[];
}

/**
 * Whether the next epoch may begin: commit, Welcome and GroupInfo verify, belong together, and membership and
 * roles allow what they do. The server can check all but what is encrypted to the members. Refuses
 * `commit.malformed`, `commit.epoch_passed`, `commit.not_allowed`, `group.full`, `group.channel_full` or
 * `key_package.invalid`.
 */
export async function checkCommit(of: CheckCommit): Promise<CommitChecked> {
  const { group, bundle, origin } = of;
  const commit = await readCommit(bundle.commit, group, of);
  const verdict = judgeCommit(group, commit.facts);
  if (verdict.kind === "refused") throw new Refusal("commit.not_allowed");
  demandRoom(verdict);
  const { sender: author } = commit.facts;
  const sender =
    author.kind === "member"
      ? group.leaves.find(({ leafIndex }) => leafIndex === author.leafIndex)
      : verdict.added[0];
  if (sender?.deviceId !== of.by.deviceId || sender.accountId !== of.by.accountId)
    throw new Refusal("commit.not_allowed");
  const offers = await Promise.all(commit.keyPackages.map((keyPackage) => checkKeyPackage(keyPackage, of)));
  demandWelcome(bundle.welcome, offers);
  const after = await readGroupInfo(bundle.groupInfo, origin);
  await orRefuse("commit.malformed", () => demandFollows(group, commit, after));
  const added = verdict.added.map((leaf) => {
    const offer = offers.find(({ deviceId }) => deviceId === leaf.deviceId);
    return { ...leaf, keyPackageRef: offer?.ref };
  });
  const { removed } = verdict;
  const expelled = removed.filter(({ leafIndex }) => isExpelled(leafIndex, commit.facts.proposals));
  const isExternal = author.kind === "newcomer";
  // Whoever replaces a leaf of its own comes in by that.
  const linkKey = isExternal && removed.length === 0 ? commit.facts.linkKey : undefined;
  return { before: group, after, sender, added, removed, expelled, isExternal, linkKey };
}

function isExpelled(leafIndex: number, proposals: readonly ProposalFacts[]): boolean {
  return proposals.some(
    (one) => one.kind === "remove" && one.by.kind === "server" && one.leafIndex === leafIndex,
  );
}

/** One set of secrets for each added device and nobody else. */
function demandWelcome(welcome: Uint8Array | null, offers: readonly KeyPackageRead[]): void {
  const expected = offers.map(({ ref }) => ref.toHex()).sort();
  const refs = welcome ? readWelcome(welcome).keyPackageRefs.map((ref) => ref.toHex()) : [];
  if ((welcome !== null) !== expected.length > 0 || refs.sort().join() !== expected.join())
    throw new Refusal("commit.malformed");
}

/** The GroupContext after this commit is a function of what is public (RFC 9420 §12.4): it must be the one shown. */
async function demandFollows(group: GroupRead, commit: CommitRead, after: GroupRead): Promise<void> {
  const suite = await openSuite(group.suite, "commit.malformed");
  const tree = await treeAfter(group.tree, commit, suite.hash);
  const { groupContext, confirmationTag } = group.info;
  const changed = commit.proposals.find((proposal) => "groupContextExtensions" in proposal);
  const extensions = changed ? changed.groupContextExtensions.extensions : groupContext.extensions;
  const expected = await nextEpochContext(
    { ...groupContext, extensions },
    "mls_public_message",
    commit.content,
    commit.signature,
    await treeHashRoot(tree, suite.hash),
    confirmationTag,
    suite.hash,
  );
  const shown = after.info;
  const follows =
    equalBytes(encodeGroupContext(expected), encodeGroupContext(shown.groupContext)) &&
    equalBytes(commit.confirmationTag, shown.confirmationTag);
  if (!follows) throw new Refusal("commit.malformed");
}

/** Updates, Removes, Adds, then the path (RFC 9420 §12.3, §12.4.2). */
async function treeAfter(
  before: RatchetTree,
  { proposals, content, facts }: CommitRead,
  hash: Parameters<typeof treeHashRoot>[1],
): Promise<RatchetTree> {
  const { path } = content.commit;
  let tree = before;
  for (const [index, proposal] of proposals.entries()) {
    const author = facts.proposals[index]?.by;
    if ("update" in proposal && author?.kind === "member")
      tree = updateLeafNode(tree, proposal.update.leafNode, toLeafIndex(author.leafIndex));
  }
  for (const proposal of proposals)
    if ("remove" in proposal) tree = removeLeafNode(tree, toLeafIndex(proposal.remove.removed));
  for (const proposal of proposals)
    if ("add" in proposal) tree = addLeafNode(tree, proposal.add.keyPackage.leafNode)[0];
  if (!path) {
    if (needsPath(proposals)) throw new Refusal("commit.malformed");
    return tree;
  }
  if (facts.sender.kind === "member")
    return applyUpdatePath(tree, toLeafIndex(facts.sender.leafIndex), path, hash);
  const [joined, node] = addLeafNode(tree, path.leafNode);
  return applyUpdatePath(joined, nodeToLeafIndex(toNodeIndex(node)), path, hash, true);
}

/** RFC 9420 §12.4: only Adds (and what is never allowed here) go without. */
function needsPath(proposals: readonly Proposal[]): boolean {
  return proposals.length === 0 || proposals.some((proposal) => !("add" in proposal));
}

/** A group that is fuller than it may be goes on; nobody comes in. */
function demandRoom({ after, added }: Extract<Verdict, { kind: "allowed" }>): void {
  const { channel } = after.context.roles.rights;
  const most = channel ? MOST_CHANNEL_DEVICES : MOST_GROUP_DEVICES;
  if (added.length > 0 && after.leaves.length > most)
    throw new Refusal(channel ? "group.channel_full" : "group.full");
}
