import { ARCHIVE, listArchives, putArchive } from "../../../src/protocol/archive.ts";
import type { ConversationId } from "../../../src/protocol/ids.ts";
import type { StoreKeys } from "../../crypto/store-keys.ts";
import { between, EVERYTHING } from "../../storage/key.ts";
import type { ArchiveRecord, ConversationRecord, MessageRecord } from "../../storage/records.ts";
import type { Found } from "../../storage/vault.ts";
import { type Client, locked } from "../client.ts";
import { settleIdentity } from "../devices/own-identity.ts";
import { Refused } from "../failures.ts";
import { demandNewPlaces } from "../inbox/progress.ts";
import { standingOf } from "../people/hear.ts";
import { readPrivacy } from "../people/privacy.ts";
import { readArchiveRecord, wholeUpTo, withReach } from "./archive-record.ts";
import { type ArchiveRow, isArchived, makeRow } from "./make-row.ts";

const ALL = 10_000;
const LOOK_BACK = 200;
/** Of the rows of one request. */
const MOST_BYTES = ARCHIVE.requestBytes - 64 * 1024;

interface Work {
  readonly client: Client;
  readonly keys: StoreKeys;
  readonly id: ConversationId;
  /** Off: what was changed is erased where it must be, and nothing is sent of what was said. */
  readonly isOn: boolean;
}

/**
 * Of these conversations, or of all, what is not in the archive yet, the newest conversations first. Each batch is
 * sent and then remembered, so that a client which is killed in between sends it once more, and nothing is lost.
 */
export async function writeArchive(
  client: Client,
  only: ReadonlySet<ConversationId> | "all",
  goesOn: () => boolean,
): Promise<void> {
  const waiting: Listed[] = [];
  for (const one of await listConversations(client)) {
    const isMeant = only === "all" ? one.isOn : only.has(one.id);
    if (isMeant && (only === "all" || (await isWaiting(client, one)))) waiting.push(one);
  }
  if (waiting.length === 0) return;
  const { storeKeys: keys } = await settleIdentity(client);
  const reaches = await listReaches(client);
  for (const { id, conversation, isOn } of waiting) {
    if (!goesOn()) return;
    const work = { client, keys, id, isOn };
    await unlessGone(writeOne(work, conversation, reaches.get(id), goesOn));
  }
}

/** Of a group that was ended the server takes nothing more; what it has stays. */
async function unlessGone(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (cause) {
    if (!(cause instanceof Refused && cause.code === "conversation.not_found")) throw cause;
  }
}

interface Listed {
  readonly id: ConversationId;
  readonly conversation: ConversationRecord;
  readonly isOn: boolean;
}

async function listConversations(client: Client): Promise<Listed[]> {
  const found = await client.vault.list("conversations", { ...EVERYTHING, limit: ALL });
  const { archive } = await readPrivacy(client.vault);
  const listed: Listed[] = [];
  for (const { key, value: conversation } of found) {
    const isOn = archive && !conversation.shelf.unkept && (await isWanted(client, conversation));
    listed.push({ id: key as ConversationId, conversation, isOn });
  }
  return listed.sort((one, other) => other.conversation.changedAt - one.conversation.changedAt);
}

async function isWaiting({ vault }: Client, { id, conversation, isOn }: Listed): Promise<boolean> {
  const kept = await vault.read("archives", id);
  if (isOn && (!kept || kept.upTo < conversation.cursor)) return true;
  return (await vault.list("archive_due", { ...between(id, 0), limit: 1 })).length > 0;
}

/** Of whoever only asks nothing is kept before they are accepted. */
async function isWanted({ vault }: Client, { unwanted, peer }: ConversationRecord): Promise<boolean> {
  if (unwanted) return false;
  return !peer || (await standingOf(vault, peer.accountId)) === "accepted";
}

/** How far each archive goes, whichever device brought it there. */
export async function listReaches(client: Client): Promise<Map<ConversationId, number>> {
  const reaches = new Map<ConversationId, number>();
  const demandNewPlace = demandNewPlaces<ConversationId>();
  for (let from: ConversationId | undefined; ; ) {
    const page = await client.call(listArchives, from === undefined ? {} : { from });
    for (const { conversationId, upTo } of page.archives) reaches.set(conversationId, upTo);
    if (page.next === null) return reaches;
    from = page.next;
    demandNewPlace(from, page.archives.length);
  }
}

async function writeOne(
  work: Work,
  { cursor }: ConversationRecord,
  reach: number | undefined,
  goesOn: () => boolean,
): Promise<void> {
  await keep(work, (kept) => (reach === undefined ? kept : withReach(kept, reach)));
  while (goesOn() && (await writeChanged(work)));
  while (work.isOn && goesOn() && (await writeNext(work, cursor)));
}

async function keep(
  { client, id }: Work,
  amend: (kept: ArchiveRecord) => ArchiveRecord,
): Promise<ArchiveRecord | undefined> {
  return locked(client, async (change) => {
    const kept = await readArchiveRecord(change, client.accountId, id);
    if (!kept) return undefined;
    const next = amend(kept);
    change.put("archives", id, next);
    return next;
  });
}

/** The next batch of what came since; false when there is none. */
async function writeNext(work: Work, cursor: number): Promise<boolean> {
  const { client, id } = work;
  const kept = await readArchiveRecord(client.vault, client.accountId, id);
  if (!kept || kept.upTo >= cursor) return false;
  const range = { ...between(id, kept.upTo + 1, cursor), limit: ARCHIVE.together };
  const found = (await client.vault.list("messages", range)).map(({ value }) => value);
  const { rows, last } = await fill(work, found);
  const upTo = last ?? (found.length < ARCHIVE.together ? cursor : (found.at(-1)?.sequence ?? cursor));
  const solid = kept.solid < kept.upTo ? kept.solid : Math.min(upTo, firstHole(found) - 1);
  const reach = rows.length > 0 ? await put(work, rows, wholeUpTo({ ...kept, solid })) : kept.reach;
  await keep(work, (now) => ({ ...now, upTo: Math.max(now.upTo, upTo), solid, reach }));
  return true;
}

/** `last`: the place of the last that fitted, where not all did. */
async function fill(work: Work, found: readonly MessageRecord[]) {
  const rows: ArchiveRow[] = [];
  let bytes = 0;
  let before = found[0] && (await placeBefore(work, found[0].sequence));
  let last: number | undefined;
  for (const message of found) {
    if (isArchived(message)) {
      const row = await makeRow(whose(work), message, before ?? null);
      bytes += row.sealed?.byteLength ?? 0;
      if (bytes > MOST_BYTES) return { rows, last };
      rows.push(row);
      before = message.sequence;
    }
    last = message.sequence;
  }
  return { rows, last: undefined };
}

/** What this device could not follow another one may have: it is left for that one to bring. */
function firstHole(found: readonly MessageRecord[]): number {
  const hole = found.find(({ body }) => ["lost", "not_decrypted", "gap"].includes(body.kind));
  return hole?.sequence ?? Number.POSITIVE_INFINITY;
}

/** Of the next that were changed since they may have gone into the archive; false when there are none. */
async function writeChanged(work: Work): Promise<boolean> {
  const { client, id, isOn } = work;
  const kept = await readArchiveRecord(client.vault, client.accountId, id);
  const due = await client.vault.list("archive_due", { ...between(id, 0), limit: ALL });
  const rows: ArchiveRow[] = [];
  const done: Found<"archive_due">[] = [];
  let bytes = 0;
  for (const one of due) {
    const message = await client.vault.read("messages", one.key);
    const isSent = kept && message && message.sequence <= kept.upTo;
    if (isSent && isArchived(message) && !isOn) continue;
    if (isSent) {
      const before = await placeBefore(work, message.sequence);
      const row = await makeRow(whose(work), message, before, one.value.by);
      bytes += row.sealed?.byteLength ?? 0;
      if (rows.length === ARCHIVE.together || bytes > MOST_BYTES) break;
      rows.push(row);
    }
    done.push(one);
  }
  if (done.length === 0) return false;
  if (rows.length > 0) await put(work, rows, kept?.reach ?? 0);
  await forgetDue(work, done);
  return true;
}

/** What was changed once more meanwhile stays due. */
function forgetDue({ client }: Work, done: readonly Found<"archive_due">[]): Promise<void> {
  return locked(client, async (change) => {
    for (const { key, value } of done)
      if ((await change.read("archive_due", key))?.by === value.by) change.remove("archive_due", key);
  });
}

/** Where the one before it stands that belongs into the archive; null where that is not known here. */
async function placeBefore({ client, id }: Work, sequence: number): Promise<number | null> {
  if (sequence === 0) return null;
  const range = { ...between(id, 0, sequence - 1), limit: LOOK_BACK, newestFirst: true };
  const found = await client.vault.list("messages", range);
  return found.find(({ value }) => isArchived(value))?.value.sequence ?? null;
}

async function put({ client, id }: Work, rows: readonly ArchiveRow[], upTo: number): Promise<number> {
  const answer = await client.call(putArchive, { conversationId: id, rows: [...rows], upTo });
  return answer.upTo;
}

function whose({ client, keys, id }: Work) {
  return { keys, accountId: client.accountId, conversationId: id };
}
