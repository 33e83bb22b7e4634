import type { ConversationId } from "../../src/protocol/ids.ts";
import { type Client, locked } from "./client.ts";
import { readConversationView } from "./views.ts";

/** Nothing can be sent or received in it any more, and it is said so. */
export async function freezeConversation(client: Client, id: ConversationId): Promise<void> {
  await locked(client, async (change) => {
    const conversation = await change.read("conversations", id);
    if (conversation)
      change.put("conversations", id, { ...conversation, state: "frozen", frozenBy: "refused" });
  });
  const view = await readConversationView(client.vault, client.accountId, id);
  if (view) client.tell({ kind: "conversations", conversations: [view], complete: false });
}
