import {
  type AccountEvent,
  type ConversationEvent,
  syncAccount,
  syncConversation,
  syncConversations,
} from "../../src/protocol/delivery.ts";
import type { ConversationId, Incarnation } from "../../src/protocol/ids.ts";
import type { RefusalCode } from "../../src/protocol/refusals.ts";
import { type Client, locked } from "./client.ts";
import { Refused } from "./failures.ts";
import { freezeConversation } from "./freeze-conversation.ts";
import { receiveEvents } from "./inbox.ts";
import { joinConversation } from "./join-conversation.ts";

/** Removed from it, or away longer than events are kept. */
const LOST: readonly RefusalCode[] = ["conversation.not_found", "sync.gone"];

/** Everything this device has missed, from its cursors: after a reconnect, a restart, a long sleep. */
export async function catchUp(client: Client): Promise<void> {
  await catchUpAccount(client);
  let from: ConversationId | undefined;
  do {
    const page = await client.call(syncConversations, from === undefined ? {} : { from });
    for (const { conversationId } of page.changed) await catchUpConversation(client, conversationId);
    from = page.next ?? undefined;
  } while (from !== undefined);
}

export function catchUpConversation(client: Client, id: ConversationId): Promise<void> {
  return client.inTurn(id, () => pull(client, id));
}

/** The cursor always moves or the pull ends: a server that answers nonsense cannot keep it turning. */
async function pull(client: Client, id: ConversationId): Promise<void> {
  for (;;) {
    const after = (await client.vault.read("conversations", id))?.cursor;
    if (after === undefined) return;
    const page = await askPage(client, id, after);
    if (!page) return;
    await receiveEvents(client, id, inOrder(page.events), page.upTo);
    client.moved(id, Math.max(after, page.upTo));
    if (page.upTo >= page.head || page.upTo <= after) return;
  }
}

/** Undefined when the server no longer has it for this device: that conversation stops, the others go on. */
async function askPage(client: Client, conversationId: ConversationId, after: number) {
  try {
    return await client.call(syncConversation, { conversationId, after });
  } catch (cause) {
    if (!(cause instanceof Refused) || !LOST.includes(cause.code)) throw cause;
    await freezeConversation(client, conversationId);
    return undefined;
  }
}

/** Events from the socket: taken at once when they are the next ones, else the gap is fetched. */
export function receiveLive(
  client: Client,
  id: ConversationId,
  events: readonly ConversationEvent[],
): Promise<void> {
  return client.inTurn(id, async () => {
    const cursor = (await client.vault.read("conversations", id))?.cursor;
    if (cursor === undefined) return;
    const fresh = inOrder(events).filter(({ sequence }) => sequence > cursor);
    const last = fresh.at(-1);
    if (last === undefined) return;
    if (fresh.some(({ sequence }, index) => sequence !== cursor + 1 + index)) return pull(client, id);
    await receiveEvents(client, id, fresh, last.sequence);
    client.moved(id, last.sequence);
  });
}

export function catchUpAccount(client: Client): Promise<void> {
  return client.inTurn("account", async () => {
    for (;;) {
      const cursor = await client.vault.read("cursors", "account");
      const page = await client.call(syncAccount, { after: cursor?.sequence ?? 0 });
      if (cursor && cursor.incarnation !== page.incarnation) {
        await moveAccountCursor(client, page.incarnation, 0);
        continue;
      }
      for (const event of page.events) await receiveAccountEvent(client, event);
      await moveAccountCursor(client, page.incarnation, page.upTo);
      client.moved("account", page.upTo);
      if (page.upTo >= page.head || page.upTo <= (cursor?.sequence ?? 0)) return;
    }
  });
}

/** An event of the account is only a hint: the cursor and the page hold the truth. */
async function receiveAccountEvent(client: Client, event: AccountEvent): Promise<void> {
  if (event.kind !== "welcome") return;
  await joinConversation(client, event);
  // What came over the socket before the Welcome was understood had no place to go.
  await catchUpConversation(client, event.conversationId);
}

async function moveAccountCursor(client: Client, incarnation: Incarnation, sequence: number): Promise<void> {
  await locked(client, async (change) => {
    const before = await change.read("cursors", "account");
    if (before?.incarnation === incarnation && before.sequence >= sequence && sequence > 0) return;
    change.put("cursors", "account", { incarnation, sequence });
  });
}

function inOrder(events: readonly ConversationEvent[]): ConversationEvent[] {
  return events.toSorted((one, other) => one.sequence - other.sequence);
}
