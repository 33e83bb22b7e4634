import { encodeBinary } from "../src/protocol/codec.ts";
import { type ConversationId, newMessageId } from "../src/protocol/ids.ts";
import { CONTENT_TYPE } from "../src/protocol/route.ts";
import { fakeCiphertext, type Member } from "../src/testing/seed.ts";
import { postRequest } from "./requests.ts";

interface Message {
  readonly sender: Member;
  readonly conversation: ConversationId;
  readonly counter: number;
  readonly size: number;
  /** How many messages go up at once, with counters rising from `counter`. */
  readonly together?: number;
}

/** The whole request that sends messages, ready to be written to a socket. */
export function sendMessageRequest(
  server: { readonly origin: string },
  message: Message,
): Uint8Array<ArrayBuffer> {
  const messages = Array.from({ length: message.together ?? 1 }, (_, index) => ({
    messageId: newMessageId(),
    generation: 0,
    epoch: 1,
    counter: message.counter + index,
    ciphertext: fakeCiphertext(message.conversation, message.size),
  }));
  const body = encodeBinary({ messages });
  const headers = {
    Host: new URL(server.origin).host,
    Origin: server.origin,
    Cookie: `elahe=${message.sender.token}`,
    "Content-Type": CONTENT_TYPE.binary,
  };
  return postRequest(`/api/conversations/${message.conversation}/messages`, headers, body);
}
