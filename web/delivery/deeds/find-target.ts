import type { ConversationId, MessageId } from "../../../src/protocol/ids.ts";
import { placed } from "../../storage/key.ts";
import type { ConversationRecord, MessageRecord } from "../../storage/records.ts";
import type { Reader } from "../../storage/vault.ts";
import type { Client } from "../client.ts";
import { Refused } from "../failures.ts";
import { asPlaced } from "./apply-deed.ts";

export interface Target {
  readonly id: ConversationId;
  readonly conversation: ConversationRecord;
  readonly message: MessageRecord;
  /** In the outbox: the server has it, and its own echo has not come back yet. */
  readonly unechoed?: string;
}

/** Something that was said and has its place; what the server does not have yet cannot be meant. */
export async function findTarget(client: Client, reader: Reader, messageId: MessageId): Promise<Target> {
  const known = await reader.read("message_ids", messageId);
  const id = known?.conversationId;
  const conversation = id && (await reader.read("conversations", id));
  if (!conversation) throw new Refused("request.not_found", "");
  const place = placed(id, known.place);
  if (known.store === "messages") {
    const message = await reader.read("messages", place);
    // One that somebody else gave an id twice could be meant in either place: it is better not done than in the wrong one.
    const isClear = !known.shared || message?.sender === client.accountId;
    if (message?.messageId === messageId && isClear) return { id, conversation, message };
  } else {
    const outgoing = await reader.read("outbox", place);
    const message = outgoing && asPlaced(client.accountId, conversation, outgoing);
    if (message) return { id, conversation, message, unechoed: place };
  }
  throw new Refused("request.not_found", "");
}
