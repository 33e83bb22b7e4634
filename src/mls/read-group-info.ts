import type { GroupInfo } from "ts-mls";
import { validateRatchetTree } from "ts-mls/clientState.js";
import type { CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";
import { ratchetTreeFromExtension, verifyGroupInfoSignature } from "ts-mls/groupInfo.js";
import type { RatchetTree } from "ts-mls/ratchetTree.js";
import type { Suite } from "../protocol/devices.ts";
import { contextOf, knownLeavesOf, leavesOf } from "../protocol/group-facts.ts";
import { conversationOf } from "../protocol/group-id.ts";
import type { ConversationId } from "../protocol/ids.ts";
import type { GroupFacts, LeafFacts } from "../protocol/judge-commit.ts";
import { Refusal } from "../refusal.ts";
import { decodeMessage, orRefuse } from "./decode-message.ts";
import { openSuite } from "./suite.ts";
import { trustOf } from "./trust.ts";

/** A group at one epoch as its GroupInfo shows it, verified. */
export interface GroupRead extends GroupFacts {
  readonly conversationId: ConversationId;
  readonly generation: number;
  readonly suite: Suite;
  /** Whose signature the GroupInfo carries. */
  readonly signer: LeafFacts;
  readonly info: GroupInfo;
  readonly tree: RatchetTree;
}

/** Two nodes a leaf: room for a thousand devices and the blanks between them. */
const MOST_NODES = 4096;

/**
 * The group in a GroupInfo (an MLSMessage with external_pub and ratchet_tree): signature, tree, parent hashes
 * and every leaf's credential are verified. Refuses `commit.malformed`.
 */
export async function readGroupInfo(encoded: Uint8Array, origin: string): Promise<GroupRead> {
  const { groupInfo } = decodeMessage(encoded, "mls_group_info", "commit.malformed");
  return orRefuse("commit.malformed", () => checkGroupInfo(groupInfo, origin));
}

/** Of a GroupInfo that `readGroupInfo` has verified before, as what is stored was: no signature is checked. */
export async function readKnownGroup(encoded: Uint8Array): Promise<GroupRead> {
  const { groupInfo } = decodeMessage(encoded, "mls_group_info", "commit.malformed");
  return orRefuse("commit.malformed", async () => {
    const outline = outlineOf(groupInfo);
    return withLeaves(outline, knownLeavesOf(outline.tree));
  });
}

async function checkGroupInfo(info: GroupInfo, origin: string): Promise<GroupRead> {
  const suite = await openSuite(info.groupContext.cipherSuite, "commit.malformed");
  const outline = outlineOf(info);
  const group = withLeaves(outline, await leavesOf(outline.tree, origin));
  if (!(await verifyGroupInfoSignature(info, group.signer.signaturePublicKey, suite.signature)))
    throw new Refusal("commit.malformed");
  await demandSoundTree(group.tree, info, suite, origin);
  return group;
}

function outlineOf(info: GroupInfo): Omit<GroupRead, "leaves" | "signer"> {
  const { groupContext } = info;
  const tree = ratchetTreeFromExtension(info);
  const named = conversationOf(groupContext.groupId);
  const context = contextOf(groupContext.extensions);
  const canBeJoined = info.extensions.some(({ extensionType }) => extensionType === "external_pub");
  if (!tree || tree.length > MOST_NODES || !named || !context || !canBeJoined)
    throw new Refusal("commit.malformed");
  return {
    ...named,
    groupId: groupContext.groupId,
    epoch: Number(groupContext.epoch),
    suite: groupContext.cipherSuite as Suite,
    context,
    info,
    tree,
  };
}

function withLeaves(outline: ReturnType<typeof outlineOf>, leaves: LeafFacts[] | undefined): GroupRead {
  const signer = leaves?.find(({ leafIndex }) => leafIndex === outline.info.signer);
  if (!leaves || !signer) throw new Refusal("commit.malformed");
  return { ...outline, leaves, signer };
}

async function demandSoundTree(
  tree: RatchetTree,
  { groupContext }: GroupInfo,
  suite: CiphersuiteImpl,
  origin: string,
): Promise<void> {
  const { lifetimeConfig, authService } = trustOf(origin);
  const error = await validateRatchetTree(
    tree,
    groupContext,
    lifetimeConfig,
    authService,
    groupContext.treeHash,
    suite,
  );
  if (error) throw error;
}
