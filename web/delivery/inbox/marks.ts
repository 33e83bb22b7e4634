import { showConversation } from "../../../src/protocol/conversations.ts";
import type { AccountId, ConversationId } from "../../../src/protocol/ids.ts";
import { between, EVERYTHING } from "../../storage/key.ts";
import type { MessageRecord } from "../../storage/records.ts";
import { type Client, locked } from "../client.ts";
import { withWaiting } from "../deeds/apply-deed.ts";
import { withMark, withSlowest } from "../groups/people.ts";
import { messageView, waitingIn } from "../views.ts";

/** More than this many new marks at once are drawn when their page is opened again. */
const SHOWN = 200;
const ASKED = 50;

/** The server says that all of the peer's devices hold everything up to here. */
export async function receiveDelivered(
  client: Client,
  id: ConversationId,
  from: AccountId,
  upTo: number,
): Promise<void> {
  const change = await locked(client, async (writing) => {
    const before = await writing.read("conversations", id);
    if (before?.kind === "group" && from !== client.accountId) {
      const marked = withMark(before, from, { delivered: Math.min(upTo, before.cursor) });
      const after = withSlowest(client.accountId, marked);
      writing.put("conversations", id, after);
      return { before, after };
    }
    if (!before || before.peer?.accountId !== from) return undefined;
    const after = { ...before, delivered: Math.min(upTo, before.cursor) };
    if (after.delivered <= before.delivered) return undefined;
    writing.put("conversations", id, after);
    return { before, after };
  });
  if (!change) return;
  const raised = await ownBetween(client, id, change.before.delivered, change.after.delivered);
  const waiting = await waitingIn(client.vault, id);
  const me = client.accountId;
  const messages = raised.flatMap(
    (message) => messageView(me, id, change.after, withWaiting(me, message, change.after, waiting)) ?? [],
  );
  if (messages.length > 0) client.tell({ kind: "messages", conversationId: id, messages });
}

/** How far the others are is told only to those connected: asked after each reconnect. */
export async function askDelivered(client: Client): Promise<void> {
  const all = await client.vault.list("conversations", { ...EVERYTHING, limit: 10_000 });
  const unsure = all
    .filter(({ value }) => (value.peer || value.kind === "group") && value.lastOwn > value.delivered)
    .slice(0, ASKED);
  for (const { key } of unsure) await askDeliveredIn(client, key as ConversationId);
}

async function askDeliveredIn(client: Client, conversationId: ConversationId): Promise<void> {
  const { members } = await client.call(showConversation, { conversationId });
  for (const { accountId, delivered } of members) {
    if (accountId !== client.accountId) await receiveDelivered(client, conversationId, accountId, delivered);
  }
}

/** The own messages after one sequence and up to another: those whose mark has changed. */
export async function ownBetween(
  client: Client,
  id: ConversationId,
  after: number,
  upTo: number,
): Promise<MessageRecord[]> {
  if (upTo <= after) return [];
  const range = { ...between(id, after + 1, upTo), limit: SHOWN, newestFirst: true };
  const found = await client.vault.list("messages", range);
  return found.map(({ value }) => value).filter(({ sender }) => sender === client.accountId);
}
