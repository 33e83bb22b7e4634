import type { KeyPackage, Proposal, PublicMessage } from "ts-mls";
import { makeProposalRef } from "ts-mls/authenticatedContent.js";
import type { CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";
import { type FramedContentCommit, verifyFramedContentSignature } from "ts-mls/framedContent.js";
import { findSignaturePublicKey } from "ts-mls/publicMessage.js";
import { commitFacts } from "../protocol/group-facts.ts";
import { groupIdOf } from "../protocol/group-id.ts";
import type { ConversationId } from "../protocol/ids.ts";
import type { Author, CommitFacts } from "../protocol/judge-commit.ts";
import { equalBytes } from "../protocol/signing.ts";
import { Refusal } from "../refusal.ts";
import { decodeMessage, orRefuse } from "./decode-message.ts";
import type { GroupRead } from "./read-group-info.ts";
import { openSuite } from "./suite.ts";

export interface CommitRead {
  readonly facts: CommitFacts;
  /** Those in Add proposals, in order. */
  readonly keyPackages: readonly KeyPackage[];
  /** All proposals in order, those referred to resolved. */
  readonly proposals: readonly Proposal[];
  readonly content: FramedContentCommit;
  readonly signature: Uint8Array;
  readonly confirmationTag: Uint8Array;
}

/**
 * A commit (an MLSMessage with a PublicMessage) on this group, its signature verified. `pending` are proposals
 * it may refer to: the server's own, as MLSMessages. Refuses `commit.epoch_passed` and `commit.malformed`.
 */
export async function readCommit(
  encoded: Uint8Array,
  group: GroupRead,
  of: { origin: string; pending?: readonly Uint8Array[] },
): Promise<CommitRead> {
  const { publicMessage, content, auth } = commitIn(encoded, group);
  return orRefuse("commit.malformed", async () => {
    const suite = await openSuite(group.suite, "commit.malformed");
    await demandSigned(publicMessage, group, suite);
    const sender = senderOf(publicMessage);
    const proposals = await resolve(content, sender, suite, of.pending ?? []);
    const pathLeaf = content.commit.path?.leafNode;
    const { authenticatedData } = content;
    const facts = await commitFacts(
      { epoch: group.epoch, sender, proposals, pathLeaf, authenticatedData },
      group,
      of.origin,
    );
    if (!facts) throw new Refusal("commit.malformed");
    const resolved = proposals.map(({ proposal }) => proposal);
    const keyPackages = resolved.flatMap((proposal) => ("add" in proposal ? [proposal.add.keyPackage] : []));
    const { signature, confirmationTag } = auth;
    return { facts, keyPackages, proposals: resolved, content, signature, confirmationTag };
  });
}

/** Before anything of the group is read: whether the bytes could be a commit on it at all. Refuses as `readCommit`. */
export function demandCommitOn(
  encoded: Uint8Array,
  of: { readonly conversationId: ConversationId; readonly generation: number; readonly epoch: number },
): void {
  commitIn(encoded, { groupId: groupIdOf(of.conversationId, of.generation), epoch: of.epoch });
}

function commitIn(encoded: Uint8Array, group: { readonly groupId: Uint8Array; readonly epoch: number }) {
  const { publicMessage } = decodeMessage(encoded, "mls_public_message", "commit.malformed");
  const { content, auth } = publicMessage;
  if (content.contentType !== "commit" || auth.contentType !== "commit")
    throw new Refusal("commit.malformed");
  if (!equalBytes(content.groupId, group.groupId)) throw new Refusal("commit.malformed");
  if (Number(content.epoch) !== group.epoch) throw new Refusal("commit.epoch_passed");
  return { publicMessage, content, auth };
}

async function demandSigned(
  { content, auth }: PublicMessage,
  group: GroupRead,
  suite: CiphersuiteImpl,
): Promise<void> {
  const { groupContext } = group.info;
  const publicKey = findSignaturePublicKey(group.tree, groupContext, content);
  const wireformat = "mls_public_message";
  if (
    !(await verifyFramedContentSignature(publicKey, wireformat, content, auth, groupContext, suite.signature))
  )
    throw new Refusal("commit.malformed");
}

function senderOf({ content }: PublicMessage): CommitFacts["sender"] {
  const { sender } = content;
  if (sender.senderType === "member") return { kind: "member", leafIndex: sender.leafIndex };
  if (sender.senderType === "new_member_commit") return { kind: "newcomer" };
  throw new Refusal("commit.malformed");
}

async function resolve(
  content: FramedContentCommit,
  by: Author,
  suite: CiphersuiteImpl,
  pending: readonly Uint8Array[],
): Promise<{ proposal: Proposal; by: Author }[]> {
  const known = new Map<string, { proposal: Proposal; by: Author }>();
  for (const encoded of pending) {
    const { publicMessage } = decodeMessage(encoded, "mls_public_message", "commit.malformed");
    if (publicMessage.content.contentType !== "proposal") continue;
    const { auth, content: proposed } = publicMessage;
    const ref = await makeProposalRef(
      { wireformat: "mls_public_message", content: proposed, auth },
      suite.hash,
    );
    const author: Author =
      proposed.sender.senderType === "member"
        ? { kind: "member", leafIndex: proposed.sender.leafIndex }
        : { kind: "server" };
    known.set(ref.toHex(), { proposal: publicMessage.content.proposal, by: author });
  }
  return content.commit.proposals.map((named) => {
    if (named.proposalOrRefType === "proposal") return { proposal: named.proposal, by };
    const proposed = known.get(named.reference.toHex());
    if (!proposed) throw new Refusal("commit.malformed");
    return proposed;
  });
}
