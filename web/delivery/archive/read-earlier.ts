import { readArchive } from "../../../src/protocol/archive.ts";
import { type ConversationId, type MessageId, newId } from "../../../src/protocol/ids.ts";
import type { StoreKeys } from "../../crypto/store-keys.ts";
import { placed } from "../../storage/key.ts";
import type { ArchiveRecord, ConversationRecord, MessageRecord } from "../../storage/records.ts";
import type { Change } from "../../storage/vault.ts";
import { type Client, locked } from "../client.ts";
import { applyDeed } from "../deeds/apply-deed.ts";
import { pinsWith } from "../deeds/pins.ts";
import { settleIdentity } from "../devices/own-identity.ts";
import { noteExpiry } from "../expiry/expiries.ts";
import { Failed } from "../failures.ts";
import { readArchiveRecord } from "./archive-record.ts";
import { type ArchiveRow, openRow, type RowOpened } from "./make-row.ts";
import { noteChanged } from "./note-changed.ts";

/** Whether nothing of this conversation is in the archive that is not here. */
export async function isAllHere(client: Client, id: ConversationId): Promise<boolean> {
  const kept = await readArchiveRecord(client.vault, client.accountId, id);
  return kept?.ended ?? true;
}

/**
 * The next page of what was before this device, out of the archive and into its storage. A row that does not open
 * keeps no other from coming; it is counted where it stood. Answers what came.
 */
export async function readEarlier(client: Client, id: ConversationId): Promise<readonly MessageRecord[]> {
  const kept = await readArchiveRecord(client.vault, client.accountId, id);
  if (!kept || kept.ended) return [];
  const { storeKeys } = await settleIdentity(client);
  const page = await client.call(readArchive, { conversationId: id, before: kept.read });
  demandOrder(page, kept.read);
  const opened = await openAll(client, id, storeKeys, page);
  const came = await locked(client, async (change) => {
    const now = await readArchiveRecord(change, client.accountId, id);
    const conversation = await change.read("conversations", id);
    if (!conversation || now?.read !== kept.read) return [];
    change.put("archives", id, withPage(now, page));
    const came: MessageRecord[] = [];
    for (const { message } of opened.rows) {
      const placed = await putArchived(change, id, conversation, message);
      if (placed) came.push(placed);
    }
    change.put("conversations", id, withPast(conversation, kept.from, came));
    const gap = opened.lost && (await putGap(client, change, id, opened.lost));
    return gap ? [...came, gap] : came;
  });
  if (came.some(({ expiresAt }) => expiresAt !== undefined)) client.expire();
  return came;
}

interface Page {
  readonly rows: readonly ArchiveRow[];
  readonly more: boolean;
}

/** Newest first, before the place that was asked for, and more only behind some. */
function demandOrder({ rows, more }: Page, before: number): void {
  const places = [before, ...rows.map(({ sequence }) => sequence)];
  const falls = places.every((place, index) => index === 0 || place < (places[index - 1] ?? 0));
  if (!falls || (more && rows.length === 0)) throw new Failed("server_wrong");
}

function withPage(kept: ArchiveRecord, { rows, more }: Page): ArchiveRecord {
  return { ...kept, read: rows.at(-1)?.sequence ?? kept.read, ended: !more };
}

/** What others had seen of the time before this device cannot be compared here. */
function withPast(
  conversation: ConversationRecord,
  from: number,
  came: readonly MessageRecord[],
): ConversationRecord {
  const pins = came.filter(({ pinned }) => pinned).reduce(pinsWith, conversation.pins);
  return { ...conversation, pins, blindUpTo: Math.max(conversation.blindUpTo, from - 1) };
}

interface Opened {
  readonly rows: readonly RowOpened[];
  /** How many did not open or were left out, and where the newest of them stood. */
  readonly lost: { readonly count: number; readonly at: number; readonly sentAt: number } | undefined;
}

async function openAll(client: Client, id: ConversationId, keys: StoreKeys, page: Page): Promise<Opened> {
  const whose = { keys, accountId: client.accountId, conversationId: id };
  const rows: RowOpened[] = [];
  const lost: number[] = [];
  for (const [index, { sealed, ...row }] of page.rows.entries()) {
    const opened = sealed && (await openRow(whose, { ...row, sealed }));
    if (sealed && !opened) lost.push(row.sequence);
    if (!opened) continue;
    rows.push(opened);
    const next = page.rows[index + 1]?.sequence ?? (page.more ? undefined : 0);
    if (opened.before !== null && next !== undefined && next < opened.before) lost.push(opened.before);
  }
  const [at] = lost;
  if (at === undefined) return { rows, lost: undefined };
  const near = rows.findLast(({ message }) => message.sequence > at) ?? rows[0];
  const sentAt = near?.message.sentAt ?? client.platform.clock.now();
  return { rows, lost: { count: lost.length, at, sentAt } };
}

/** With what was done about it since, as far as that came before it. Undefined for what is here already. */
async function putArchived(
  change: Change,
  id: ConversationId,
  conversation: ConversationRecord,
  archived: MessageRecord,
): Promise<MessageRecord | undefined> {
  const { messageId, sequence } = archived;
  const place = placed(id, sequence);
  if (await change.read("messages", place)) return undefined;
  if (await change.read("message_ids", messageId)) return undefined;
  const early = (await change.read("deeds", `${id}|${messageId}`)) ?? [];
  change.remove("deeds", `${id}|${messageId}`);
  const message = early
    .filter((done) => done.sequence > (archived.changedBy ?? sequence))
    .reduce((now, done) => {
      const applied = applyDeed(now, done, conversation);
      return applied ? noteChanged(change, id, applied, done.sequence) : now;
    }, archived);
  change.put("messages", place, message);
  noteExpiry(change, id, message);
  change.put("message_ids", messageId, { conversationId: id, store: "messages", place: sequence });
  return message;
}

async function putGap(
  client: Client,
  change: Change,
  id: ConversationId,
  { count, at: sequence, sentAt }: NonNullable<Opened["lost"]>,
): Promise<MessageRecord | undefined> {
  if (await change.read("messages", placed(id, sequence))) return undefined;
  const gap: MessageRecord = {
    messageId: newId<MessageId>(),
    sequence,
    sender: client.accountId,
    sentAt,
    body: { kind: "gap", count },
    chain: new Uint8Array(32),
  };
  change.put("messages", placed(id, sequence), gap);
  return gap;
}
