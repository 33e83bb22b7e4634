import type { ConversationId } from "../../../src/protocol/ids.ts";
import type { ConversationRecord } from "../../storage/records.ts";
import { type Client, locked } from "../client.ts";
import { readConversationView } from "../views.ts";

/** Nothing is encrypted until this device is back in the group. */
export async function beginRepair(client: Client, id: ConversationId): Promise<void> {
  await moveConversation(client, id, (conversation) =>
    conversation.state === "ready" ? { ...conversation, state: "repairing" } : undefined,
  );
}

/** One step of a conversation's own record, told when it was one. */
export async function moveConversation(
  client: Client,
  id: ConversationId,
  step: (conversation: ConversationRecord) => ConversationRecord | undefined,
): Promise<void> {
  const moved = await locked(client, async (change) => {
    const conversation = await change.read("conversations", id);
    const next = conversation && step(conversation);
    if (next) change.put("conversations", id, next);
    return next !== undefined;
  });
  const view = moved && (await readConversationView(client.vault, client.accountId, id));
  if (view) client.tell({ kind: "conversations", conversations: [view], complete: false });
}
