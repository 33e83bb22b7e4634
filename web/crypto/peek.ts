import { decodeMlsMessage, type MLSMessage } from "ts-mls";
import { CryptoFailure } from "./failure.ts";

export { conversationOf } from "../../src/protocol/group-id.ts";

/** The MLSMessage in the bytes, which must hold nothing else. Throws `malformed`. */
export function decodeMessage(encoded: Uint8Array): MLSMessage {
  let decoded: ReturnType<typeof decodeMlsMessage>;
  try {
    decoded = decodeMlsMessage(encoded, 0);
  } catch (error) {
    throw new CryptoFailure("malformed", "not an MLS message", error);
  }
  if (!decoded || decoded[1] !== encoded.byteLength)
    throw new CryptoFailure("malformed", "not an MLS message");
  return decoded[0];
}

export interface MessageHeader {
  readonly kind: "message" | "commit" | "proposal";
  readonly groupId: Uint8Array;
  readonly epoch: number;
}

/** What a group message says of itself in clear, so that messages of epochs to come can wait. */
export function peekMessage(encoded: Uint8Array): MessageHeader {
  const message = decodeMessage(encoded);
  if (message.wireformat === "mls_private_message") {
    const { groupId, epoch, contentType } = message.privateMessage;
    return { groupId, epoch: Number(epoch), kind: contentType === "application" ? "message" : contentType };
  }
  if (message.wireformat === "mls_public_message") {
    const { groupId, epoch, contentType } = message.publicMessage.content;
    return { groupId, epoch: Number(epoch), kind: contentType === "application" ? "message" : contentType };
  }
  throw new CryptoFailure("malformed", "not a message of a group");
}
