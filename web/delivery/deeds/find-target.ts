import type { ConversationId, MessageId } from "../../../src/protocol/ids.ts";
import { placed } from "../../storage/key.ts";
import type { ConversationRecord, MessageRecord } from "../../storage/records.ts";
import type { Reader } from "../../storage/vault.ts";
import { Refused } from "../failures.ts";

export interface Target {
  readonly id: ConversationId;
  readonly conversation: ConversationRecord;
  readonly message: MessageRecord;
}

/** Something that was said, in its place; what is still on its way cannot be meant. */
export async function findTarget(reader: Reader, messageId: MessageId): Promise<Target> {
  const known = await reader.read("message_ids", messageId);
  const id = known?.conversationId;
  const message =
    known?.store === "messages" && id ? await reader.read("messages", placed(id, known.place)) : undefined;
  const conversation = id && (await reader.read("conversations", id));
  if (!id || message?.messageId !== messageId || !conversation) throw new Refused("request.not_found", "");
  return { id, conversation, message };
}
