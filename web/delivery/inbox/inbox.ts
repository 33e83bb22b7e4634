import type { ConversationEvent } from "../../../src/protocol/delivery.ts";
import type { ConversationId } from "../../../src/protocol/ids.ts";
import { between } from "../../storage/key.ts";
import type { Outgoing } from "../../storage/records.ts";
import type { Change } from "../../storage/vault.ts";
import { type Client, locked } from "../client.ts";
import { withWaiting } from "../deeds/apply-deed.ts";
import { receiveDeed } from "../deeds/receive-deed.ts";
import { expiryOf } from "../expiry/expiries.ts";
import { putGroup } from "../groups/group-at-rest.ts";
import { arePreviewsDue, hasNameless } from "../groups/people.ts";
import { messageView, readConversationView } from "../views.ts";
import { amend, type Batch, bodyOf, type Fetched, needRepair, putInPlace, startBatch } from "./batch.ts";
import { ownBetween } from "./marks.ts";
import { noteCounter, receiveMessage } from "./receive-message.ts";

/** How many events are decrypted and written in one step. */
const STEP = 50;
const WAITING = 100;
const ALL = 10_000;

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
  // Fetched with the first one, and never while the lock is held.
  const ofGroup = events.every(isPlain) ? undefined : await import("./receive-group-event.ts");
  const erased = events.some(({ kind }) => kind === "erased")
    ? await import("./receive-erased.ts")
    : undefined;
  const fetched = await fetchFor(client, id);
  for (let start = 0; start < events.length; start += STEP) {
    const step = events.slice(start, start + STEP);
    await write(
      client,
      id,
      async (batch) => {
        for (const event of step) {
          if (event.sequence <= batch.conversation.cursor) continue;
          if (event.kind === "message") await (isOfNow(batch, event) && receiveMessage(batch, event));
          else if (event.kind === "erased")
            await (isOfNow(batch, event) && erased?.receiveErased(batch, event));
          else await ofGroup?.receiveGroupEvent(batch, event);
          amend(batch, { cursor: event.sequence });
        }
      },
      fetched,
    );
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
  fetched?: Fetched,
): Promise<void> {
  const written = await locked(client, async (change) => {
    const conversation = await change.read("conversations", id);
    if (!conversation) return undefined;
    const batch = await startBatch(client, change, id, conversation, fetched);
    await work(batch);
    await settlePassed(batch);
    if (batch.groupChanged && batch.group) await putGroup(change, id, batch.group);
    change.put("conversations", id, batch.conversation);
    return { batch, waiting: await stillWaiting(change, id) };
  });
  if (!written) return;
  const { batch: done } = written;
  await tellBatch(client, done, written.waiting);
  if (done.profileTold) client.fetchProfiles();
  if (done.picture !== undefined)
    client.tell({
      kind: "profiles",
      profiles: [],
      pictures: [{ conversationId: id, picture: done.picture }],
    });
  if (done.expires) client.expire();
  const { state, departures, devicesDue, heads } = done.conversation;
  if (devicesDue || heads) client.checkDevices(id);
  const isDue =
    departures.length > 0 || hasNameless(done.conversation) || (await arePreviewsDue(done.conversation));
  if (state === "repairing" || isDue) client.tend(id);
}

type PlainEvent = Extract<ConversationEvent, { kind: "message" | "erased" }>;

function isPlain(event: ConversationEvent): event is PlainEvent {
  return event.kind === "message" || event.kind === "erased";
}

/** Or else of a group that is no more. */
function isOfNow(batch: Batch, event: PlainEvent): boolean {
  return event.generation === batch.conversation.generation;
}

async function fetchFor(client: Client, id: ConversationId): Promise<Fetched> {
  const { kind, rights } = (await client.vault.read("conversations", id)) ?? {};
  const paced = rights?.slow ? (await import("./pace.ts")).paced : undefined;
  const said =
    kind === undefined || kind === "group"
      ? (await import("./receive-group-said.ts")).receiveGroupSaid
      : undefined;
  return { paced, said };
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
    const expiresAt = content.kind === "text" ? expiryOf(content, accepted.sentAt) : undefined;
    const isOver = expiresAt !== undefined && expiresAt <= client.serverNow();
    if (accepted.sequence > blindUpTo && !isOver) {
      if (!batch.conversation.differs) amend(batch, { differs: true });
      continue;
    }
    const event = { messageId, ...accepted };
    if (content.kind === "text")
      putInPlace(batch, event, client.accountId, hidden ? { kind: "hidden" } : bodyOf(content));
    else if ("target" in content) await receiveDeed(batch, event, client.accountId, content);
    change.remove("outbox", key);
  }
}

/** Deeds on their way as this batch leaves them: by the time that it is told of, the next one may have settled more. */
async function stillWaiting(change: Change, id: ConversationId): Promise<Outgoing[]> {
  const before = await change.list("outbox", { ...between(id, 0), limit: ALL });
  const deeds = before.filter(({ value }) => "target" in value.content);
  const now = await Promise.all(deeds.map(({ key }) => change.read("outbox", key)));
  return now.flatMap((outgoing) => outgoing ?? []);
}

async function tellBatch(client: Client, batch: Batch, waiting: readonly Outgoing[]): Promise<void> {
  const { id, conversation, before } = batch;
  const raised = [
    ...(await ownBetween(client, id, before.read, conversation.read)),
    ...(conversation.kind === "group"
      ? await ownBetween(client, id, before.delivered, conversation.delivered)
      : []),
  ];
  const placed = batch.placed.map((message) => batch.changed.get(message.messageId) ?? message);
  const me = client.accountId;
  const fresh = [...raised, ...placed, ...batch.changed.values()].flatMap(
    (message) => messageView(me, id, conversation, withWaiting(me, message, conversation, waiting)) ?? [],
  );
  if (fresh.length > 0 && !conversation.unwanted)
    client.tell({ kind: "messages", conversationId: id, messages: fresh });
  const view = await readConversationView(client.vault, client.accountId, id);
  if (view) client.tell({ kind: "conversations", conversations: [view], complete: false });
}
