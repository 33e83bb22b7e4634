import type { Deed } from "../../../src/protocol/content.ts";
import type { AccountId, MessageId } from "../../../src/protocol/ids.ts";
import { placed } from "../../storage/key.ts";
import { type FrankingRecord, type MessageRecord, MOST_EARLY } from "../../storage/records.ts";
import { amend, type Batch, putInPlace } from "../inbox/batch.ts";
import { applyDeed, type Done } from "./apply-deed.ts";
import { pinsWith } from "./pins.ts";

type Event = Parameters<typeof putInPlace>[1];

/** Done about a message that is here, or kept until it comes; only its place is left of the deed itself. */
export async function receiveDeed(
  batch: Batch,
  event: Event,
  sender: AccountId,
  deed: Deed,
  franking?: FrankingRecord,
): Promise<void> {
  putInPlace(batch, event, sender, { kind: "deed" });
  const done = { sender, deed, at: event.sentAt, ...(deed.kind === "edit" ? { franking } : {}) };
  const message = await findMessage(batch, deed.target);
  if (message) return change(batch, message, done);
  const key = keyOf(batch, deed.target);
  const early = (await batch.change.read("deeds", key)) ?? [];
  if (early.length < MOST_EARLY)
    batch.change.put("deeds", key, [...early, { ...done, sequence: event.sequence }]);
}

/** What was done about it before it came. */
export async function catchUpDeeds(batch: Batch, message: MessageId): Promise<void> {
  const key = keyOf(batch, message);
  const early = await batch.change.read("deeds", key);
  if (!early) return;
  batch.change.remove("deeds", key);
  for (const done of early) {
    const stored = await findMessage(batch, message);
    if (stored) change(batch, stored, done);
  }
}

async function findMessage({ change, id }: Batch, message: MessageId): Promise<MessageRecord | undefined> {
  const known = await change.read("message_ids", message);
  if (known?.store !== "messages" || known.conversationId !== id) return undefined;
  const stored = await change.read("messages", placed(id, known.place));
  return stored?.messageId === message ? stored : undefined;
}

function change(batch: Batch, message: MessageRecord, done: Done): void {
  const changed = applyDeed(message, done, batch.conversation);
  if (!changed) return;
  batch.change.put("messages", placed(batch.id, changed.sequence), changed);
  batch.changed.set(changed.messageId, changed);
  if (batch.conversation.last?.sequence === changed.sequence) amend(batch, { last: changed });
  if (batch.conversation.pins !== undefined || changed.pinned)
    amend(batch, { pins: pinsWith(batch.conversation.pins, changed) });
  if (changed.body.kind === "deleted")
    amend(batch, { calls: batch.conversation.calls?.filter((sequence) => sequence !== changed.sequence) });
}

function keyOf({ id }: Batch, message: MessageId): string {
  return `${id}|${message}`;
}
