import { emptyPskIndex, processPublicMessage } from "ts-mls";
import { CryptoFailure, orFail } from "./failure.ts";
import { type Group, groupAround } from "./group.ts";
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
  const allowed =
    content.contentType === "proposal" &&
    content.sender.senderType === "external" &&
    content.proposal.proposalType === "remove";
  if (!allowed) throw new CryptoFailure("not_allowed", "the server may only remove");
  const suite = await openSuite(group.suite);
  const { newState } = await orFail("malformed", "the proposal does not verify", () =>
    processPublicMessage(group.state, message.publicMessage, emptyPskIndex, suite),
  );
  return groupAround(newState, group.device, group.epochHashes);
}
