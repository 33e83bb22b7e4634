import { emptyPskIndex, processPublicMessage } from "ts-mls";
import { CryptoFailure, orFail } from "./failure.ts";
import { type Group, groupAround, listMembers, removalsWaiting } from "./group.ts";
import { decodeMessage } from "./peek.ts";
import { openSuite } from "./suite.ts";

/**
 * The group with a removal that the server proposed, waiting for the next commit, which takes it along (no
 * message can be sent before). Throws `not_allowed` for any other proposal, `malformed`, `wrong_epoch`.
 */
export async function receiveProposal(group: Group, proposal: Uint8Array): Promise<Group> {
  const message = decodeMessage(proposal);
  if (message.wireformat !== "mls_public_message")
    throw new CryptoFailure("malformed", "not a PublicMessage");
  const { content } = message.publicMessage;
  if (content.groupId.toHex() !== group.state.groupContext.groupId.toHex())
    throw new CryptoFailure("wrong_group", "the proposal is for another group");
  if (Number(content.epoch) !== group.epoch)
    throw new CryptoFailure("wrong_epoch", "the proposal is for another epoch");
  const isProposed = content.contentType === "proposal" && content.sender.senderType === "external";
  if (!isProposed || !("remove" in content.proposal))
    throw new CryptoFailure("not_allowed", "the server may only remove");
  demandNew(group, content.proposal.remove.removed);
  const suite = await openSuite(group.suite);
  const { newState } = await orFail("malformed", "the proposal does not verify", () =>
    processPublicMessage(group.state, message.publicMessage, emptyPskIndex, suite),
  );
  return groupAround(newState, group.device, group.epochHashes);
}

/** One that no commit could carry would leave the group where it is for ever. */
function demandNew(group: Group, leafIndex: number): void {
  const isThere = listMembers(group).some((one) => one.leafIndex === leafIndex);
  const isKnown = removalsWaiting(group).some((one) => one.leafIndex === leafIndex);
  if (!isThere || isKnown) throw new CryptoFailure("not_allowed", "no such removal can be committed");
}
