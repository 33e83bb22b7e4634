import { emptyPskIndex, type PublicMessage, processPublicMessage } from "ts-mls";
import type { Author, LeafFacts } from "../../src/protocol/judge-commit.ts";
import { demandAllowed } from "./commit.ts";
import { CryptoFailure, orFail } from "./failure.ts";
import { type Group, groupFrom, listMembers, type Member } from "./group.ts";
import { decodeMessage } from "./peek.ts";
import { openSuite } from "./suite.ts";

export type CommitReceived =
  | {
      readonly kind: "advanced";
      readonly group: Group;
      readonly sender: Member;
      readonly added: readonly Member[];
      readonly removed: readonly Member[];
    }
  /** This device is out; the group handed in is the last it has. `ended`: everybody is, the owner deleted it. */
  | { readonly kind: "removed"; readonly sender: Member; readonly ended: boolean };

/**
 * The group after another device's commit (an MLSMessage with a PublicMessage). Throws `wrong_epoch` when it is
 * not for this epoch, `malformed` when it does not verify, `not_allowed` when membership or roles forbid it.
 */
export async function receiveCommit(group: Group, commit: Uint8Array): Promise<CommitReceived> {
  const message = commitIn(group, commit);
  const suite = await openSuite(group.suite);
  let allowed: Awaited<ReturnType<typeof demandAllowed>> | undefined;
  const { newState } = await orFail("malformed", "the commit does not verify", () =>
    processPublicMessage(group.state, message, emptyPskIndex, suite, async (incoming) => {
      if (incoming.kind === "proposal") return "reject";
      const sender = memberAt(incoming.senderLeafIndex) ?? { kind: "newcomer" };
      const otherwise: Author = sender.kind === "newcomer" ? sender : { kind: "server" };
      allowed = await demandAllowed(group, {
        epoch: group.epoch,
        sender,
        proposals: incoming.proposals.map(({ proposal, senderLeafIndex }) => ({
          proposal,
          by: memberAt(senderLeafIndex) ?? otherwise,
        })),
        pathLeaf: incoming.leafNode,
        authenticatedData: incoming.authenticatedData,
      });
      return "accept";
    }),
  );
  if (!allowed) throw new CryptoFailure("malformed", "the commit was not judged");
  const { added, removed, after } = allowed;
  const sender = senderOf(message, group, added);
  if (newState.groupActiveState.kind === "removedFromGroup")
    return { kind: "removed", sender, ended: after.context.roles.ended === true };
  const advanced = await groupFrom(newState, group.device, group.epochHashes);
  demandSameLeaves(after.leaves, listMembers(advanced));
  return { kind: "advanced", group: advanced, sender, added, removed };
}

function commitIn(group: Group, encoded: Uint8Array): PublicMessage {
  const message = decodeMessage(encoded);
  if (message.wireformat !== "mls_public_message" || message.publicMessage.content.contentType !== "commit")
    throw new CryptoFailure("malformed", "not a commit in a PublicMessage");
  const { groupId, epoch } = message.publicMessage.content;
  if (groupId.toHex() !== group.state.groupContext.groupId.toHex())
    throw new CryptoFailure("wrong_group", "the commit is for another group");
  if (Number(epoch) !== group.epoch)
    throw new CryptoFailure("wrong_epoch", "the commit is for another epoch");
  return message.publicMessage;
}

function memberAt(leafIndex: number | undefined): Extract<Author, { kind: "member" }> | undefined {
  return leafIndex === undefined ? undefined : { kind: "member", leafIndex };
}

function senderOf(message: PublicMessage, group: Group, added: readonly LeafFacts[]): Member {
  const { sender } = message.content;
  const member =
    sender.senderType === "member"
      ? listMembers(group).find(({ leafIndex }) => leafIndex === sender.leafIndex)
      : added[0];
  if (!member) throw new CryptoFailure("malformed", "a commit without a sender");
  return member;
}

/** What was judged must be what the library has built. */
function demandSameLeaves(judged: readonly LeafFacts[], built: readonly LeafFacts[]): void {
  const listed = (leaves: readonly LeafFacts[]) =>
    leaves.map(({ leafIndex, deviceId }) => `${leafIndex} ${deviceId}`).join();
  if (listed(judged) !== listed(built)) throw new CryptoFailure("malformed", "the tree is not as judged");
}
