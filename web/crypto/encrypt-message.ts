import { createApplicationMessage, encodeMlsMessage } from "ts-mls";
import * as v from "valibot";
import { encodeBinary } from "../../src/protocol/codec.ts";
import { type AuthenticatedData, authenticatedData, type Content } from "../../src/protocol/content.ts";
import { SIZE } from "../../src/protocol/values.ts";
import { CryptoFailure, orFail } from "./failure.ts";
import { epochAuthenticatorHash, type Group, groupAround } from "./group.ts";
import { encodeInside } from "./inside.ts";
import { pad } from "./padding.ts";
import { openSuite } from "./suite.ts";

export interface MessageEncrypted {
  /** Save it before the ciphertext leaves: its keys must never be used twice. */
  readonly group: Group;
  /** An MLSMessage with a PrivateMessage. */
  readonly ciphertext: Uint8Array<ArrayBuffer>;
  readonly frankingTag: Uint8Array<ArrayBuffer>;
  readonly epoch: number;
}

/** What the sender says in clear beside the ciphertext, and what it had seen. */
type ToBind = Pick<
  AuthenticatedData,
  "messageId" | "counter" | "lastSeen" | "seenChain" | "deviceLogHeads"
> & {
  readonly collapseKey?: string | undefined;
  readonly expiresAt?: number | undefined;
  readonly attachmentIds?: AuthenticatedData["attachmentIds"];
  readonly deletes?: AuthenticatedData["deletes"];
};

/** Encrypts a content for the whole group, bound to its clear envelope and to what its sender had seen. */
export async function encryptMessage(
  group: Group,
  of: {
    content: Content;
  } & ToBind,
): Promise<MessageEncrypted> {
  const { bytes, tag } = await encodeInside(of.content);
  const bound = bind(group, of, tag);
  const suite = await openSuite(group.suite);
  const { newState, privateMessage } = await orFail("unusable", "nothing can be sent to this group", () =>
    createApplicationMessage(group.state, pad(bytes), suite, encodeBinary(bound)),
  );
  const ciphertext = Uint8Array.from(
    encodeMlsMessage({ version: "mls10", wireformat: "mls_private_message", privateMessage }),
  );
  if (ciphertext.byteLength > SIZE.messageCiphertext)
    throw new CryptoFailure("unusable", "the content is too long");
  const next = groupAround(newState, group.device, group.epochHashes);
  return { group: next, ciphertext, frankingTag: tag, epoch: group.epoch };
}

function bind(group: Group, of: ToBind, frankingTag: Uint8Array<ArrayBuffer>): AuthenticatedData {
  return v.parse(authenticatedData, {
    messageId: of.messageId,
    conversationId: group.conversationId,
    generation: group.generation,
    counter: of.counter,
    collapseKey: of.collapseKey ?? null,
    expiresAt: of.expiresAt ?? null,
    ...(of.attachmentIds === undefined ? {} : { attachmentIds: of.attachmentIds }),
    ...(of.deletes === undefined ? {} : { deletes: of.deletes }),
    lastSeen: of.lastSeen,
    seenChain: of.seenChain,
    epochHash: epochAuthenticatorHash(group),
    frankingTag,
    deviceLogHeads: of.deviceLogHeads,
  });
}
