import type { Deed } from "../../../src/protocol/content.ts";
import type { AccountId, MessageId } from "../../../src/protocol/ids.ts";
import { placed } from "../../storage/key.ts";
import { type FrankingRecord, type MessageRecord, MOST_EARLY } from "../../storage/records.ts";
import { noteChanged } from "../archive/note-changed.ts";
import { expiryKey, noteExpiry } from "../expiry/expiries.ts";
import { amend, type Batch, findPlace, putInPlace } from "../inbox/batch.ts";
import { applyDeed, type Done } from "./apply-deed.ts";
import { pinsWith } from "./pins.ts";

type Event = Parameters<typeof putInPlace>[1];
type DonePlaced = Done & { readonly sequence: number };

/** Done about a message that is here, or kept until it comes; only its place is left of the deed itself. */
export async function receiveDeed(
  batch: Batch,
  event: Event,
  sender: AccountId,
  deed: Deed,
  franking?: FrankingRecord,
): Promise<void> {
  const isEdit = deed.kind === "edit";
  putInPlace(batch, event, sender, { kind: "deed", ...(isEdit ? { edits: deed.target } : {}) });
  const { sentAt: at, expiresAt } = event;
  const { sequence } = event;
  const done = { sender, deed, at, sequence, ...(isEdit ? { franking, expiresAt } : {}) };
  const message = await findMessage(batch, deed.target);
  if (message && deed.kind === "delete") await takeBackEdit(batch, message, done);
  if (message) return change(batch, message, done);
  const key = keyOf(batch, deed.target);
  const early = (await batch.change.read("deeds", key)) ?? [];
  if (early.length < MOST_EARLY) batch.change.put("deeds", key, [...early, done]);
}

/** Whoever takes back a change of their own takes back what stands in sight by it: the server proves neither any more. */
async function takeBackEdit(batch: Batch, { messageId, sender, body }: MessageRecord, done: DonePlaced) {
  if (body.kind !== "deed" || body.edits === undefined || sender !== done.sender) return;
  const edited = await findMessage(batch, body.edits);
  if (edited?.franking?.messageId === messageId) return change(batch, edited, done);
  const early = await batch.change.read("deeds", keyOf(batch, body.edits));
  const left = early?.filter(({ franking }) => franking?.messageId !== messageId);
  if (left) batch.change.put("deeds", keyOf(batch, body.edits), left);
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

async function findMessage(batch: Batch, message: MessageId): Promise<MessageRecord | undefined> {
  const known = await findPlace(batch, message);
  if (known?.store !== "messages") return undefined;
  const stored = await batch.change.read("messages", placed(batch.id, known.place));
  return stored?.messageId === message ? stored : undefined;
}

function change(batch: Batch, message: MessageRecord, done: DonePlaced): void {
  const applied = applyDeed(message, done, batch.conversation);
  if (!applied) return;
  const changed = noteChanged(batch.change, batch.id, applied, done.sequence);
  batch.change.put("messages", placed(batch.id, changed.sequence), changed);
  if (changed.expiresAt !== undefined && changed.expiresAt !== message.expiresAt)
    expireSooner(batch, message, changed);
  batch.changed.set(changed.messageId, changed);
  if (batch.conversation.last?.sequence === changed.sequence) amend(batch, { last: changed });
  if (batch.conversation.pins !== undefined || changed.pinned)
    amend(batch, { pins: pinsWith(batch.conversation.pins, changed) });
  if (changed.body.kind === "deleted")
    amend(batch, { calls: batch.conversation.calls?.filter((sequence) => sequence !== changed.sequence) });
}

function expireSooner(batch: Batch, { sequence, expiresAt }: MessageRecord, sooner: MessageRecord): void {
  if (expiresAt !== undefined) batch.change.remove("expiries", expiryKey(batch.id, sequence, expiresAt));
  noteExpiry(batch.change, batch.id, sooner);
  batch.expires = true;
}

function keyOf({ id }: Batch, message: MessageId): string {
  return `${id}|${message}`;
}
