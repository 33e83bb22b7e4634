import { emptyPskIndex, type PrivateMessage, processPrivateMessage } from "ts-mls";
import { type AuthenticatedData, authenticatedData } from "../../src/protocol/content.ts";
import type { MessageEvent } from "../../src/protocol/delivery.ts";
import { contextOf } from "../../src/protocol/group-facts.ts";
import type { RoleList } from "../../src/protocol/role-list.ts";
import { decodeCanonical, equalBytes } from "../../src/protocol/signing.ts";
import { CryptoFailure, orFail } from "./failure.ts";
import { type Group, groupAround, type Member, memberOf } from "./group.ts";
import { decodeInside, type Inside } from "./inside.ts";
import { unpad } from "./padding.ts";
import { decodeMessage } from "./peek.ts";
import { openSuite } from "./suite.ts";

export interface MessageDecrypted extends Inside {
  readonly group: Group;
  /** Of the epoch of the message; undefined when nothing is kept of it. */
  readonly roles: RoleList | undefined;
  /** By the leaf that signed, in the epoch of the message: not by what anybody claims. */
  readonly sender: Member;
  readonly authenticatedData: AuthenticatedData;
  /** The sender was in another group at the same epoch: repair by `joinExternally`, and show it. */
  readonly forked: boolean;
  /**
   * Somebody on the way changed counter, expiry, collapse key, named files, what is taken back or epoch: the content is the
   * sender's all the same, and `authenticatedData` holds what the sender said.
   */
  readonly envelopeDiffers: boolean;
}

/** The clear envelope as it came. */
export type EnvelopeReceived = Pick<
  MessageEvent,
  | "messageId"
  | "epoch"
  | "counter"
  | "collapseKey"
  | "expiresAt"
  | "frankingTag"
  | "attachmentIds"
  | "deletes"
> & { readonly ciphertext: Uint8Array };

/**
 * The content of a message that came under this id. Throws `wrong_epoch` for an epoch to come (let it wait),
 * `not_decrypted` for one too old, seen already or damaged, `not_bound` when id, conversation or generation
 * are not what the sender signed, or the tag that came not the one of the content. A failed message changes nothing.
 */
export async function decryptMessage(group: Group, of: EnvelopeReceived): Promise<MessageDecrypted> {
  const message = messageIn(group, of.ciphertext);
  const suite = await openSuite(group.suite);
  const opened = await orFail("not_decrypted", "the message cannot be decrypted", () =>
    processPrivateMessage(group.state, message, emptyPskIndex, suite),
  );
  if (opened.kind !== "applicationMessage")
    throw new CryptoFailure("malformed", "a handshake in a PrivateMessage");
  const bound = decodeCanonical(authenticatedData, opened.authenticatedData);
  if (!bound) throw new CryptoFailure("not_bound", "authenticated data is not as declared");
  const inside = await decodeInside(unpad(opened.message), bound.frankingTag);
  demandBound(group, of, bound);
  const known = group.epochHashes.get(Number(message.epoch));
  return {
    group: groupAround(opened.newState, group.device, group.epochHashes),
    roles: rolesIn(group, message.epoch),
    sender: memberOf(opened.senderLeafNode, opened.senderLeafIndex),
    ...inside,
    authenticatedData: bound,
    forked: known !== undefined && !equalBytes(known, bound.epochHash),
    envelopeDiffers: Number(message.epoch) !== of.epoch || !isAsBound(of, bound),
  };
}

function rolesIn({ roles, state }: Group, epoch: bigint): RoleList | undefined {
  if (epoch === state.groupContext.epoch) return roles;
  return contextOf(state.historicalReceiverData.get(epoch)?.groupContext.extensions ?? [])?.roles;
}

function messageIn(group: Group, ciphertext: Uint8Array): PrivateMessage {
  const message = decodeMessage(ciphertext);
  if (message.wireformat !== "mls_private_message" || message.privateMessage.contentType !== "application")
    throw new CryptoFailure("malformed", "not a PrivateMessage with a message");
  const { groupId, epoch } = message.privateMessage;
  if (!equalBytes(groupId, group.state.groupContext.groupId))
    throw new CryptoFailure("wrong_group", "the message is for another group");
  if (epoch > group.epoch) throw new CryptoFailure("wrong_epoch", "the message is of an epoch to come");
  return message.privateMessage;
}

function demandBound(group: Group, of: EnvelopeReceived, bound: AuthenticatedData): void {
  if (bound.messageId !== of.messageId) throw new CryptoFailure("not_bound", "another message id");
  if (bound.conversationId !== group.conversationId || bound.generation !== group.generation)
    throw new CryptoFailure("not_bound", "another conversation or generation");
  // The server has the one that came: under another, nobody could report it.
  if (!of.frankingTag || !equalBytes(of.frankingTag, bound.frankingTag))
    throw new CryptoFailure("not_bound", "another franking tag");
}

function isAsBound(of: EnvelopeReceived, bound: AuthenticatedData): boolean {
  return (
    of.counter === bound.counter &&
    (of.collapseKey ?? null) === bound.collapseKey &&
    (of.expiresAt ?? null) === bound.expiresAt &&
    (of.attachmentIds ?? []).join() === (bound.attachmentIds ?? []).join() &&
    of.deletes === bound.deletes
  );
}
