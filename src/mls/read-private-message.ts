import { conversationOf } from "../protocol/group-id.ts";
import type { ConversationId } from "../protocol/ids.ts";
import { Refusal } from "../refusal.ts";
import { decodeMessage } from "./decode-message.ts";

export interface PrivateMessageHeader {
  readonly conversationId: ConversationId;
  readonly generation: number;
  readonly epoch: number;
}

/** What an application message says of itself in clear. Refuses `request.malformed`. */
export function readPrivateMessageHeader(encoded: Uint8Array): PrivateMessageHeader {
  const { privateMessage } = decodeMessage(encoded, "mls_private_message", "request.malformed");
  const named = conversationOf(privateMessage.groupId);
  if (!named || privateMessage.contentType !== "application") throw new Refusal("request.malformed");
  return { ...named, epoch: Number(privateMessage.epoch) };
}
