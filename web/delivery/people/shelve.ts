import type { ConversationId } from "../../../src/protocol/ids.ts";
import type { Shelf } from "../../storage/records.ts";
import { type Client, locked } from "../client.ts";
import { readConversationView } from "../views.ts";

/** Kept on this person's devices; nobody else is told, nor can the server read it. */
export async function shelve(client: Client, id: ConversationId, chosen: Partial<Shelf>): Promise<undefined> {
  await locked(client, async (change) => {
    const conversation = await change.read("conversations", id);
    if (conversation)
      change.put("conversations", id, { ...conversation, shelf: { ...conversation.shelf, ...chosen } });
    const channel = await change.read("channels", id);
    if (channel) change.put("channels", id, { ...channel, shelf: { ...channel.shelf, ...chosen } });
  });
  const view = await readConversationView(client.vault, client.accountId, id);
  if (view) client.tell({ kind: "conversations", conversations: [view], complete: false });
}
