import { showConversation } from "../../../src/protocol/conversations.ts";
import { type ConversationId, type MessageId, newId } from "../../../src/protocol/ids.ts";
import { between } from "../../storage/key.ts";
import type { MessageRecord } from "../../storage/records.ts";
import { type Client, locked } from "../client.ts";
import { newConversation } from "../groups/start-conversation.ts";
import { readConversationView } from "../views.ts";

/**
 * The record of a conversation does not open any more, while its messages and its group may: it is made anew behind
 * the last message that is kept here, and comes back into the group like one that was lost. What the record alone
 * knew, such as its shelf and the secrets of links, is gone.
 */
export async function rebuildConversation(client: Client, id: ConversationId): Promise<void> {
  const card = await client.call(showConversation, { conversationId: id });
  const other = card.members.find(({ accountId }) => accountId !== client.accountId);
  const peer = card.kind === "group" || !other ? undefined : other;
  await locked(client, async (change) => {
    const newest = { ...between(id, 0), limit: 1, newestFirst: true };
    const [last] = await change.list("messages", newest);
    const first = last?.value ?? nothingKept(client);
    const { accountId, username } = peer ?? {};
    const fresh = newConversation({
      kind: card.kind,
      peer: accountId && username !== undefined ? { accountId, username } : undefined,
      generation: card.generation,
      first,
    });
    change.put("conversations", id, { ...fresh, state: "repairing", blindUpTo: first.sequence });
  });
  const view = await readConversationView(client.vault, client.accountId, id);
  if (view) client.tell({ kind: "conversations", conversations: [view], complete: false });
  client.tend(id);
}

function nothingKept({ accountId, platform }: Client): MessageRecord {
  return {
    messageId: newId<MessageId>(),
    sequence: 0,
    sender: accountId,
    sentAt: platform.clock.now(),
    body: { kind: "founded" },
    chain: new Uint8Array(32),
  };
}
