import type { ConversationId, MessageId } from "../../../src/protocol/ids.ts";
import { placed } from "../../storage/key.ts";
import type { MessageRecord, Outgoing } from "../../storage/records.ts";
import type { Change } from "../../storage/vault.ts";
import { type Client, locked } from "../client.ts";
import { erased } from "../deeds/apply-deed.ts";
import { pinsWith } from "../deeds/pins.ts";
import { lastBefore } from "../deeds/write-deed.ts";
import { callsAfter } from "../groups/calls.ts";
import { findOutgoing } from "../outbox/outbox.ts";
import { readConversationView } from "../views.ts";
import { expiredBy, readExpiryKey } from "./expiries.ts";

export interface Expiry {
  /** Erases what is due, and looks again when the next is. */
  readonly look: () => Promise<void>;
  readonly close: () => void;
}

const AT_ONCE = 200;
const LONGEST_WAIT = 30_000;

/** What disappears is taken off this device at its time by the server's clock, whatever its own says. */
export function openExpiry(client: Client): Expiry {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;
  let running: Promise<void> = Promise.resolve();

  const look = () => {
    running = running.then(work, work);
    return running;
  };

  const work = async () => {
    clearTimeout(timer);
    while (!closed) {
      const due = await client.vault.list("expiries", { ...expiredBy(client.serverNow()), limit: AT_ONCE });
      if (due.length === 0) break;
      const byConversation = Map.groupBy(due, ({ key }) => readExpiryKey(key).id);
      for (const [id, found] of byConversation)
        await eraseIn(
          client,
          id,
          found.map(({ key }) => key),
        );
    }
    const [next] = await client.vault.list("expiries", { from: "", to: "\uffff", limit: 1 });
    if (closed || !next) return;
    const wait = Number(next.key.slice(0, next.key.indexOf("|"))) - client.serverNow();
    timer = setTimeout(
      () => void look().catch(client.tellFailure),
      Math.min(Math.max(wait, 0) + 50, LONGEST_WAIT),
    );
  };

  return {
    look,
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}

async function eraseIn(client: Client, id: ConversationId, keys: readonly string[]): Promise<void> {
  const gone = await locked(client, async (change) => {
    const found = await Promise.all(keys.map((key) => eraseOne(change, id, key)));
    const messages = found.flatMap((message) => (message && "sequence" in message ? message : []));
    await amendConversation(change, id, messages, client.accountId);
    return found.flatMap((message) => message?.messageId ?? []);
  });
  client.tell({ kind: "removed", conversationId: id, ids: gone });
  const view = await readConversationView(client.vault, client.accountId, id);
  if (view) client.tell({ kind: "conversations", conversations: [view], complete: false });
}

async function eraseOne(
  change: Change,
  id: ConversationId,
  key: string,
): Promise<MessageRecord | Outgoing | undefined> {
  const { sequence } = readExpiryKey(key);
  const noted = await change.read("expiries", key);
  const message = await change.read("messages", placed(id, sequence));
  change.remove("expiries", key);
  if (noted && !message) return eraseUnechoed(change, noted.messageId);
  if (!noted || message?.messageId !== noted.messageId) return undefined;
  change.put("messages", placed(id, sequence), erased(message, "hidden"));
  return message;
}

/** Its place waits for it still, and it is written there without a word. */
async function eraseUnechoed(change: Change, messageId: MessageId): Promise<Outgoing | undefined> {
  const found = await findOutgoing(change, messageId);
  if (found?.value.content.kind !== "text" || found.value.accepted === null) return undefined;
  const { expiresIn } = found.value.content;
  const content = { kind: "text", text: "", ...(expiresIn === undefined ? {} : { expiresIn }) } as const;
  change.put("outbox", found.key, { ...found.value, content, hidden: true });
  return found.value;
}

async function amendConversation(
  change: Change,
  id: ConversationId,
  gone: readonly MessageRecord[],
  me: string,
): Promise<void> {
  const conversation = await change.read("conversations", id);
  const oldest = gone.toSorted((one, other) => one.sequence - other.sequence)[0];
  if (!conversation || !oldest) return;
  const { last, readUpTo } = conversation;
  const unread = gone.filter(({ sender, sequence }) => sender !== me && sequence > readUpTo).length;
  const isLastGone = gone.some(({ messageId }) => messageId === last?.messageId);
  change.put("conversations", id, {
    ...conversation,
    unread: Math.max(0, conversation.unread - unread),
    calls: callsAfter(
      conversation.calls?.filter((call) => !gone.some(({ sequence }) => sequence === call)),
      readUpTo,
    ),
    pins: gone.reduce((pins, { pinned: _, ...message }) => pinsWith(pins, message), conversation.pins),
    ...(isLastGone ? { last: await lastBefore(change, id, last?.sequence ?? 0) } : {}),
  });
}
