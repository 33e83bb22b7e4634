import {
  type AccountEvent,
  type ConversationEvent,
  showGap,
  syncAccount,
  syncConversation,
  syncConversations,
} from "../../../src/protocol/delivery.ts";
import type { ConversationId, Incarnation } from "../../../src/protocol/ids.ts";
import type { RefusalCode } from "../../../src/protocol/refusals.ts";
import { EVERYTHING } from "../../storage/key.ts";
import type { ConversationRecord } from "../../storage/records.ts";
import { StorageFailed } from "../../storage/storage.ts";
import { type Client, locked } from "../client.ts";
import { Failed, Refused } from "../failures.ts";
import { isOut } from "../groups/people.ts";
import { jumpOver, receiveCounter, receiveEvents } from "./inbox.ts";
import { beginRepair } from "./move-conversation.ts";
import { demandNewPlaces, demandProgress } from "./progress.ts";

/**
 * Everything this device has missed, from its cursors: after a reconnect, a restart, a long sleep. At its start
 * it may be an older copy of itself, and asks for `all`: what it has acknowledged once may be missing here.
 */
export async function catchUp(client: Client, isFirst: boolean): Promise<void> {
  const all = (await catchUpAccount(client)) || isFirst;
  const known = all ? await client.vault.list("conversations", { ...EVERYTHING, limit: 10_000 }) : [];
  const listed = new Set<ConversationId>();
  const demandNewPlace = demandNewPlaces<ConversationId>();
  let from: ConversationId | undefined;
  let wrong: Failed | undefined;
  do {
    const asked = { ...(from === undefined ? {} : { from }), all: all ? 1 : 0 };
    const page = await client.call(syncConversations, asked);
    for (const one of page.changed) {
      listed.add(one.conversationId);
      wrong = (await unlessWrong(catchUpIfBehind(client, one))) ?? wrong;
    }
    from = page.next ?? undefined;
    if (from !== undefined) demandNewPlace(from, page.changed.length);
  } while (from !== undefined);
  for (const { key } of known)
    if (!listed.has(key as ConversationId)) await miss(client, key as ConversationId);
  if (wrong) throw wrong;
}

/** What is wrong with one conversation does not keep the others waiting. */
async function unlessWrong(work: Promise<void>): Promise<Failed | undefined> {
  try {
    await work;
    return undefined;
  } catch (cause) {
    if (cause instanceof Failed && cause.code === "server_wrong") return cause;
    throw cause;
  }
}

/** A server that knows less of a conversation was put back to an earlier time, or has removed this device. */
async function miss(client: Client, id: ConversationId): Promise<void> {
  await beginRepair(client, id);
  client.tend(id);
}

async function catchUpIfBehind(
  client: Client,
  { conversationId: id, head, counter }: { conversationId: ConversationId; head: number; counter: number },
): Promise<void> {
  const conversation = await readOrRebuild(client, id);
  if (conversation && conversation.cursor > head) return miss(client, id);
  if (conversation && conversation.cursor === head && conversation.counter >= counter) {
    client.moved(id, conversation.cursor);
    return;
  }
  await catchUpConversation(client, id);
}

async function readOrRebuild(client: Client, id: ConversationId): Promise<ConversationRecord | undefined> {
  try {
    return await client.vault.read("conversations", id);
  } catch (cause) {
    if (!(cause instanceof StorageFailed) || !cause.damaged) throw cause;
    await (await import("./rebuild-conversation.ts")).rebuildConversation(client, id);
    return client.vault.read("conversations", id);
  }
}

export function catchUpConversation(client: Client, id: ConversationId): Promise<void> {
  return client.inTurn(id, () => pull(client, id));
}

async function pull(client: Client, id: ConversationId): Promise<void> {
  const demand = demandProgress();
  for (let jumped = false; ; ) {
    const after = await cursorOf(client, id);
    if (after === undefined) return;
    const page = await askPage(client, id, after);
    if (page === "not_found" || (page === "gone" && jumped)) return miss(client, id);
    if (page === "gone") {
      jumped = true;
      await jumpOver(client, id, await client.call(showGap, { conversationId: id, after }));
      continue;
    }
    demand(after, page);
    await receiveCounter(client, id, page.counter);
    await receiveEvents(client, id, inOrder(page.events), page.upTo);
    client.moved(id, Math.max(after, page.upTo));
    if (page.head < after) return miss(client, id);
    if (page.upTo >= page.head) return;
  }
}

const NO_PAGE: Partial<Record<RefusalCode, "not_found" | "gone">> = {
  "conversation.not_found": "not_found",
  "sync.gone": "gone",
};

/** Undefined too for whoever is out of a group: what comes then waits for the Welcome that leads back. */
async function cursorOf(client: Client, id: ConversationId): Promise<number | undefined> {
  const conversation = await client.vault.read("conversations", id);
  return conversation && !isOut(conversation) ? conversation.cursor : undefined;
}

/** Removed from it, or away longer than events are kept: that concerns one conversation, the others go on. */
async function askPage(client: Client, conversationId: ConversationId, after: number) {
  try {
    return await client.call(syncConversation, { conversationId, after });
  } catch (cause) {
    const none = cause instanceof Refused ? NO_PAGE[cause.code] : undefined;
    if (none === undefined) throw cause;
    return none;
  }
}

/** Events from the socket: taken at once when they are the next ones, else the gap is fetched. */
export function receiveLive(
  client: Client,
  id: ConversationId,
  events: readonly ConversationEvent[],
): Promise<void> {
  return client.inTurn(id, async () => {
    const cursor = await cursorOf(client, id);
    if (cursor === undefined) return;
    const fresh = inOrder(events).filter(({ sequence }) => sequence > cursor);
    const last = fresh.at(-1);
    if (last === undefined) return;
    if (fresh.some(({ sequence }, index) => sequence !== cursor + 1 + index)) return pull(client, id);
    await receiveEvents(client, id, fresh, last.sequence);
    client.moved(id, last.sequence);
  });
}

/** True when the server has begun another life since. */
export function catchUpAccount(client: Client): Promise<boolean> {
  return client.inTurn("account", async () => {
    const demand = demandProgress();
    for (let begunAnew = false; ; ) {
      const cursor = await client.vault.read("cursors", "account");
      const page = await client.call(syncAccount, { after: cursor?.sequence ?? 0 });
      if (cursor && cursor.incarnation !== page.incarnation) {
        if (begunAnew) throw new Failed("server_wrong");
        begunAnew = true;
        await moveAccountCursor(client, page.incarnation, 0);
        continue;
      }
      const after = cursor?.sequence ?? 0;
      demand(after, page);
      for (const event of page.events) await receiveAccountEvent(client, event);
      await moveAccountCursor(client, page.incarnation, page.upTo);
      client.moved("account", page.upTo);
      if (page.upTo >= page.head) return begunAnew;
    }
  });
}

/** An event of the account is only a hint: the cursor and the page hold the truth. */
async function receiveAccountEvent(client: Client, event: AccountEvent): Promise<void> {
  if (event.kind === "removed") return (await import("./receive-removal.ts")).receiveRemoval(client, event);
  if (event.kind === "requests_changed") return learnRequests(client, event.conversationId);
  if (event.kind === "devices_changed") return client.devicesChanged();
  if (event.kind !== "welcome") return;
  const { joinConversation } = await import("./join-conversation.ts");
  await joinConversation(client, event, () => catchUpConversation(client, event.conversationId));
  // What came over the socket before the Welcome was understood had no place to go.
  await catchUpConversation(client, event.conversationId);
}

/** Unreachable now, they come with the next event or when the group's links are looked at. */
async function learnRequests(client: Client, id: ConversationId): Promise<void> {
  await (await import("../links/learn-requests.ts")).learnRequests(client, id);
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
