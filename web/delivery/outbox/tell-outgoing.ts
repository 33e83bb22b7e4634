import type { Outgoing } from "../../storage/records.ts";
import type { Client } from "../client.ts";
import { outgoingView, readConversationView } from "../views.ts";

/** The message's mark and the conversation's row, as they are now. */
export async function tellOutgoing(client: Client, outgoing: Outgoing): Promise<void> {
  const { conversationId } = outgoing;
  const conversation = await client.vault.read("conversations", conversationId);
  if (!conversation) return;
  const message = outgoingView(client.accountId, conversation, outgoing);
  if (message) client.tell({ kind: "messages", conversationId, messages: [message] });
  const view = await readConversationView(client.vault, client.accountId, conversationId);
  if (view) client.tell({ kind: "conversations", conversations: [view], complete: false });
}
