import type { ConversationId } from "../../../src/protocol/ids.ts";
import type { Client } from "../client.ts";
import { moveConversation } from "../inbox/move-conversation.ts";

/** The person has read why a change was not made. */
export function heedRefusal(client: Client, id: ConversationId): Promise<void> {
  return moveConversation(client, id, ({ refusedChange, ...rest }) =>
    refusedChange === undefined ? undefined : rest,
  );
}
