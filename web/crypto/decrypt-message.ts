import { emptyPskIndex, type PrivateMessage, processPrivateMessage } from "ts-mls";
import * as v from "valibot";
import { decodeBinary } from "../../src/protocol/codec.ts";
import {
  type AuthenticatedData,
  authenticatedData,
  type Content,
  content,
} from "../../src/protocol/content.ts";
import type { MessageEvent } from "../../src/protocol/delivery.ts";
import { decodeCanonical, equalBytes } from "../../src/protocol/signing.ts";
import { bytes, SIZE } from "../../src/protocol/values.ts";
import { CryptoFailure, orFail } from "./failure.ts";
import { isFranked } from "./franking.ts";
import { type Group, groupAround, type Member, memberOf } from "./group.ts";
import { unpad } from "./padding.ts";
import { decodeMessage } from "./peek.ts";
import { openSuite } from "./suite.ts";

export interface MessageDecrypted {
  readonly group: Group;
  /** By the leaf that signed, in the epoch of the message: not by what anybody claims. */
  readonly sender: Member;
  /** Undefined when this version does not understand it: keep `contentBytes`. */
  readonly content: Content | undefined;
  readonly contentBytes: Uint8Array<ArrayBuffer>;
  readonly authenticatedData: AuthenticatedData;
  /** The sender was in another group at the same epoch: repair by `joinExternally`, and show it. */
  readonly forked: boolean;
  /**
   * Somebody on the way changed counter, expiry, collapse key, named files, what is taken back, epoch or franking tag: the content is the
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
 * are not what the sender signed, or the tag not of the content. A failed message changes nothing.
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
  const contentBytes = await openContent(opened.message, bound);
  demandBound(group, of, bound);
  const known = group.epochHashes.get(Number(message.epoch));
  return {
    group: groupAround(opened.newState, group.device, group.epochHashes),
    sender: memberOf(opened.senderLeafNode, opened.senderLeafIndex),
    content: understand(contentBytes),
    contentBytes,
    authenticatedData: bound,
    forked: known !== undefined && !equalBytes(known, bound.epochHash),
    envelopeDiffers: Number(message.epoch) !== of.epoch || !isAsBound(of, bound),
  };
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

const inside = v.strictTuple([v.literal(1), bytes(32, 32), bytes(SIZE.messageCiphertext, 1)]);

async function openContent(padded: Uint8Array, bound: AuthenticatedData): Promise<Uint8Array<ArrayBuffer>> {
  const fields = decodeCanonical(inside, unpad(padded));
  if (!fields) throw new CryptoFailure("malformed", "the inside is not as declared");
  const [, key, contentBytes] = fields;
  if (!(await isFranked(contentBytes, { key, tag: bound.frankingTag })))
    throw new CryptoFailure("not_bound", "the franking tag is not of this content");
  return contentBytes;
}

function demandBound(group: Group, of: EnvelopeReceived, bound: AuthenticatedData): void {
  if (bound.messageId !== of.messageId) throw new CryptoFailure("not_bound", "another message id");
  if (bound.conversationId !== group.conversationId || bound.generation !== group.generation)
    throw new CryptoFailure("not_bound", "another conversation or generation");
}

function isAsBound(of: EnvelopeReceived, bound: AuthenticatedData): boolean {
  return (
    of.counter === bound.counter &&
    (of.collapseKey ?? null) === bound.collapseKey &&
    (of.expiresAt ?? null) === bound.expiresAt &&
    (of.attachmentIds ?? []).join() === (bound.attachmentIds ?? []).join() &&
    of.deletes === bound.deletes &&
    of.frankingTag !== undefined &&
    equalBytes(of.frankingTag, bound.frankingTag)
  );
}

function understand(contentBytes: Uint8Array): Content | undefined {
  try {
    const parsed = v.safeParse(content, decodeBinary(contentBytes));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
