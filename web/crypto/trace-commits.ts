import { emptyPskIndex, type PublicMessage } from "ts-mls";
import {
  applyProposals,
  nextEpochContext,
  throwIfDefined,
  validateLeafNodeCredentialAndKeyUniqueness,
  validateLeafNodeUpdateOrCommit,
} from "ts-mls/clientState.js";
import type { CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";
import { verifyFramedContentSignature } from "ts-mls/framedContent.js";
import { findSignaturePublicKey } from "ts-mls/publicMessage.js";
import { addLeafNode, type RatchetTree } from "ts-mls/ratchetTree.js";
import { treeHashRoot } from "ts-mls/treeHash.js";
import { nodeToLeafIndex, toLeafIndex } from "ts-mls/treemath.js";
import { applyUpdatePath, type UpdatePath } from "ts-mls/updatePath.js";
import type { GroupFacts } from "../../src/protocol/judge-commit.ts";
import { demandAllowed } from "./commit.ts";
import { CryptoFailure, orFail } from "./failure.ts";
import { factsOf, type Group, groupAround } from "./group.ts";
import { decodeMessage, peekMessage } from "./peek.ts";
import { receiveProposal } from "./receive-proposal.ts";
import { openSuite } from "./suite.ts";

/**
 * Who is in a group, and by what role list, as far as commits lead on from where this device stands that it can
 * follow no more, such as those of a later self. No secret is learnt by it: every signature is verified against the
 * tree that the one before has left, and each is judged. Ends at the first that is missing or may not be. The
 * handshakes are MLSMessages, in their order.
 */
export async function traceCommits(from: Group, handshakes: readonly Uint8Array[]): Promise<GroupFacts> {
  let group = from;
  try {
    for (const handshake of handshakes) group = await traceOne(group, handshake);
  } catch (cause) {
    if (!(cause instanceof CryptoFailure)) throw cause;
  }
  return factsOf(group);
}

async function traceOne(group: Group, handshake: Uint8Array): Promise<Group> {
  const { kind, epoch } = peekMessage(handshake);
  if (epoch < group.epoch) return group;
  if (kind === "proposal") return receiveProposal(group, handshake);
  const message = decodeMessage(handshake);
  const isNext = message.wireformat === "mls_public_message" && epoch === group.epoch;
  if (!isNext) throw new CryptoFailure("wrong_epoch", "not the next commit");
  const suite = await openSuite(group.suite);
  return orFail("malformed", "the commit does not verify", () =>
    afterCommit(group, message.publicMessage, suite),
  );
}

async function afterCommit(group: Group, message: PublicMessage, suite: CiphersuiteImpl): Promise<Group> {
  const { content, auth } = message;
  const { groupContext, ratchetTree, clientConfig, confirmationTag } = group.state;
  if (content.contentType !== "commit" || !("confirmationTag" in auth) || !isOf(group, content.groupId))
    throw new CryptoFailure("malformed", "not a commit of this group");
  const key = findSignaturePublicKey(ratchetTree, groupContext, content);
  if (!(await verifyFramedContentSignature(key, WIRE, content, auth, groupContext, suite.signature)))
    throw new CryptoFailure("malformed", "the commit is not signed by its sender");
  const { path, proposals } = content.commit;
  const sender = content.sender.senderType === "member" ? toLeafIndex(content.sender.leafIndex) : undefined;
  const applied = await applyProposals(group.state, proposals, sender, emptyPskIndex, false, suite);
  if (applied.needsUpdatePath && !path) throw new CryptoFailure("malformed", "a commit without a path");
  const newcomer = { kind: "newcomer" } as const;
  const member = sender === undefined ? undefined : ({ kind: "member", leafIndex: sender } as const);
  await demandAllowed(group, {
    epoch: group.epoch,
    sender: member ?? newcomer,
    proposals: applied.allProposals.map(({ proposal, senderLeafIndex: by }) => ({
      proposal,
      by: by === undefined ? (member ? { kind: "server" } : newcomer) : { kind: "member", leafIndex: by },
    })),
    pathLeaf: path?.leafNode,
    authenticatedData: content.authenticatedData,
  });
  const tree = path ? await withPath(group, applied.tree, sender, path, suite) : applied.tree;
  const { additionalResult } = applied;
  const isChanged = additionalResult.kind === "memberCommit" && additionalResult.extensions.length > 0;
  const context = await nextEpochContext(
    isChanged ? { ...groupContext, extensions: additionalResult.extensions } : groupContext,
    WIRE,
    content,
    auth.signature,
    await treeHashRoot(tree, suite.hash),
    confirmationTag,
    suite.hash,
  );
  return groupAround(
    {
      ...group.state,
      clientConfig,
      ratchetTree: tree,
      groupContext: context,
      confirmationTag: auth.confirmationTag,
      unappliedProposals: {},
    },
    group.device,
    group.epochHashes,
  );
}

const WIRE = "mls_public_message";

function isOf(group: Group, groupId: Uint8Array): boolean {
  return groupId.toHex() === group.state.groupContext.groupId.toHex();
}

/** The tree with the sender's new leaf, a newcomer's in the first blank place (RFC 9420 §7.5, §12.4.3.2). */
async function withPath(
  { state }: Group,
  tree: RatchetTree,
  sender: ReturnType<typeof toLeafIndex> | undefined,
  path: UpdatePath,
  { hash, signature }: CiphersuiteImpl,
): Promise<RatchetTree> {
  const [entered, leafIndex] = sender === undefined ? enter(tree, path) : [tree, sender];
  const { groupContext, clientConfig } = state;
  const { authService } = clientConfig;
  throwIfDefined(
    await validateLeafNodeUpdateOrCommit(path.leafNode, leafIndex, groupContext, authService, signature),
  );
  throwIfDefined(await validateLeafNodeCredentialAndKeyUniqueness(tree, path.leafNode, leafIndex));
  return applyUpdatePath(entered, leafIndex, path, hash, sender === undefined);
}

function enter(tree: RatchetTree, { leafNode }: UpdatePath): [RatchetTree, ReturnType<typeof toLeafIndex>] {
  const [entered, node] = addLeafNode(tree, leafNode);
  return [entered, nodeToLeafIndex(node)];
}
