import type { ConversationEvent } from "../../../src/protocol/delivery.ts";
import type { ConversationId } from "../../../src/protocol/ids.ts";
import { between } from "../../storage/key.ts";
import { type Client, locked } from "../client.ts";
import { withWaiting } from "../deeds/apply-deed.ts";
import { receiveDeed } from "../deeds/receive-deed.ts";
import { putGroup, readPending } from "../groups/group-at-rest.ts";
import { hasNameless } from "../groups/learn-names.ts";
import { messageView, readConversationView, waitingIn } from "../views.ts";
import { amend, type Batch, bodyOf, needRepair, putInPlace, startBatch } from "./batch.ts";
import { ownBetween } from "./marks.ts";
import { receiveChange } from "./receive-change.ts";
import { receiveDeparture } from "./receive-departure.ts";
import { receiveErased } from "./receive-erased.ts";
import { noteCounter, receiveMessage } from "./receive-message.ts";

/** How many events are decrypted and written in one step. */
const STEP = 50;
const WAITING = 100;

/**
 * Takes events in the order of their sequence: decrypts, then commits messages, group state and cursor
 * together, then tells. What cannot be decrypted is kept as such; a storage failure stops the cursor.
 */
export async function receiveEvents(
  client: Client,
  id: ConversationId,
  events: readonly ConversationEvent[],
  upTo: number,
): Promise<void> {
  for (let start = 0; start < events.length; start += STEP) {
    const step = events.slice(start, start + STEP);
    await write(client, id, async (batch) => {
      for (const event of step) await receiveEvent(batch, event);
    });
  }
  const cursor = (await client.vault.read("conversations", id))?.cursor;
  if (cursor === undefined || upTo <= cursor) return;
  await write(client, id, async (batch) => {
    amend(batch, { cursor: Math.max(batch.conversation.cursor, upTo) });
  });
}

/** The server has taken messages of this device up to this counter. */
export async function receiveCounter(client: Client, id: ConversationId, counter: number): Promise<void> {
  const conversation = await client.vault.read("conversations", id);
  if (!conversation || counter <= conversation.counter) return;
  await write(client, id, async (batch) => noteCounter(batch, counter));
}

/** Up to here nothing is kept any more; this device comes back behind it. */
export function jumpOver(
  client: Client,
  id: ConversationId,
  gap: { readonly upTo: number; readonly messages: number },
): Promise<void> {
  return write(client, id, async (batch) => {
    const { cursor, blindUpTo, lost } = batch.conversation;
    if (gap.upTo <= cursor) return;
    const messages = Math.min(gap.messages, gap.upTo - cursor);
    needRepair(batch);
    amend(batch, { cursor: gap.upTo, blindUpTo: Math.max(blindUpTo, gap.upTo), lost: lost + messages });
  });
}

async function write(
  client: Client,
  id: ConversationId,
  work: (batch: Batch) => Promise<void>,
): Promise<void> {
  const done = await locked(client, async (change) => {
    const conversation = await change.read("conversations", id);
    if (!conversation) return undefined;
    const batch = await startBatch(client, change, id, conversation);
    await work(batch);
    await settlePassed(batch);
    if (batch.groupChanged && batch.group) await putGroup(change, id, batch.group);
    change.put("conversations", id, batch.conversation);
    return batch;
  });
  if (!done) return;
  await tellBatch(client, done);
  if (done.profileTold) client.fetchProfiles();
  const { state, departures } = done.conversation;
  if (state === "repairing" || departures.length > 0 || hasNameless(done.conversation)) client.tend(id);
}

async function receiveEvent(batch: Batch, event: ConversationEvent): Promise<void> {
  if (event.sequence <= batch.conversation.cursor) return;
  if (event.kind === "commit") {
    if (await concerns(batch, event)) await receiveChange(batch, event);
  } else if (event.kind === "left") {
    if (event.generation === batch.conversation.generation) await receiveDeparture(batch, event);
  } else if (event.generation !== batch.conversation.generation) {
    // Of a group that is no more.
  } else if (event.kind === "erased") await receiveErased(batch, event);
  else await receiveMessage(batch, event);
  amend(batch, { cursor: event.sequence });
}

/** Also the own way into a later generation. */
async function concerns(batch: Batch, event: ConversationEvent & { kind: "commit" }): Promise<boolean> {
  if (event.generation === batch.conversation.generation) return true;
  return (await readPending(batch.change, batch.id))?.commitId === event.commitId;
}

/**
 * A message of this device was accepted into a place that has been passed without it: where this device saw
 * everything that is found out, where it did not the message takes its place.
 */
async function settlePassed(batch: Batch): Promise<void> {
  const { change, id, client } = batch;
  const waiting = await change.list("outbox", { ...between(id, 0), limit: WAITING });
  for (const { key, value } of waiting) {
    const { accepted, content, messageId, hidden } = value;
    const { cursor, blindUpTo } = batch.conversation;
    if (accepted === null || accepted.sequence > cursor || !(await change.read("outbox", key))) continue;
    if (accepted.sequence > blindUpTo) {
      if (!batch.conversation.differs) amend(batch, { differs: true });
      continue;
    }
    const event = { messageId, ...accepted };
    if (content.kind === "text")
      putInPlace(batch, event, client.accountId, hidden ? { kind: "hidden" } : bodyOf(content));
    else if (content.kind !== "about" && content.kind !== "read")
      await receiveDeed(batch, event, client.accountId, content);
    change.remove("outbox", key);
  }
}

async function tellBatch(client: Client, batch: Batch): Promise<void> {
  const { id, conversation, before } = batch;
  const raised = [
    ...(await ownBetween(client, id, before.read, conversation.read)),
    ...(conversation.kind === "group"
      ? await ownBetween(client, id, before.delivered, conversation.delivered)
      : []),
  ];
  const placed = batch.placed.map((message) => batch.changed.get(message.messageId) ?? message);
  const me = client.accountId;
  const waiting = await waitingIn(client.vault, id);
  const fresh = [...raised, ...placed, ...batch.changed.values()].flatMap(
    (message) => messageView(me, id, conversation, withWaiting(me, message, conversation, waiting)) ?? [],
  );
  if (fresh.length > 0) client.tell({ kind: "messages", conversationId: id, messages: fresh });
  const view = await readConversationView(client.vault, client.accountId, id);
  if (view) client.tell({ kind: "conversations", conversations: [view], complete: false });
}
