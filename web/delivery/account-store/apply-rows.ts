import type { AccountId, ConversationId } from "../../../src/protocol/ids.ts";
import type { Records, SharedRecord } from "../../storage/records.ts";
import type { Change } from "../../storage/vault.ts";
import { type Client, locked } from "../client.ts";
import { callsAfter } from "../groups/calls.ts";
import { isNameOfAnother } from "../inbox/pins.ts";
import { countUnread } from "../outbox/see-messages.ts";
import { merge } from "./merge.ts";
import { apply, isPlace, say } from "./mirror.ts";
import { agreedOf, noteChange } from "./note-change.ts";
import { recordOf } from "./row-names.ts";
import { areSame, decodeContent, type Fields, type Mirrored } from "./shapes.ts";

/** A row that was opened: sealed by a device of this account, for this place and version. */
export interface OpenedRow {
  readonly name: string;
  readonly version: number;
  readonly content: Uint8Array<ArrayBuffer>;
}

/** Which records say something else than before. */
export interface Applied {
  readonly store: Mirrored;
  readonly key: string;
}

/** What other devices of the account say, together with how far it was fetched. */
export function applyRows(client: Client, rows: readonly OpenedRow[], upTo: number): Promise<Applied[]> {
  const now = client.serverNow();
  return locked(client, async (change) => {
    const cursor = await change.read("shared_cursor", "own");
    change.put("shared_cursor", "own", { whole: cursor?.whole ?? false, sequence: upTo });
    const applied: Applied[] = [];
    for (const row of rows) applied.push(...(await applyRow(change, client.accountId, row, now)));
    return applied;
  });
}

async function applyRow(change: Change, me: AccountId, row: OpenedRow, now: number): Promise<Applied[]> {
  const { name, version, content } = row;
  const kept = await change.read("shared", name);
  if (kept && version < kept.version) {
    await goOn(change, row, kept, now);
    return [];
  }
  const { shown: _, waits: __, ...before } = kept ?? {};
  const next: SharedRecord = { ...before, version, content };
  const of = recordOf(name, me);
  const theirs = of && decodeContent(of.store, content);
  change.put("shared", name, next);
  if (!of || !theirs) return [];
  const { store, key } = of;
  const record = await change.read(store, key);
  if (isPlace(store) && !record) {
    const isSaid = Object.keys(theirs.fields).length > 0;
    if (isSaid) change.put("shared", name, { ...next, waits: true });
    return [of];
  }
  const due = await change.read("shared_due", name);
  const agreed = agreedOf(store, kept);
  const fields = say(store, record as never, agreed as never, kept);
  const mine = { at: due?.at ?? 0, fields: fields as never };
  const merged = merge(store, { agreed: agreed as never, mine, theirs: theirs as never });
  const isChanged =
    !areSame(merged, fields) && (await put(change, { me, store, key, fields: merged, record }));
  await noteChange(change, { store, key, me, at: due?.at ?? now, isOld: true });
  return isChanged ? [of] : [];
}

/** A server that shows an older row was put back, or lies: it is not believed, and told again what was newer. */
async function goOn(change: Change, { name, version }: OpenedRow, kept: SharedRecord, now: number) {
  change.put("shared", name, { ...kept, shown: version });
  if (!(await change.read("shared_due", name))) change.put("shared_due", name, { at: now });
}

interface Said {
  readonly me: AccountId;
  readonly store: Mirrored;
  readonly key: string;
  readonly fields: Fields<Mirrored>;
  readonly record: Records[Mirrored] | undefined;
}

async function put(change: Change, { me, store, key, fields, record }: Said): Promise<boolean> {
  const said = apply(store, fields as never, record as never) as Records[Mirrored] | undefined;
  if (said === record) return false;
  // What a channel left here takes with it is more than this record: see `tell-applied.ts`.
  if (store === "channels" && !("handle" in fields)) return true;
  if (store === "pins") return pinAs(change, key as AccountId, said as Records["pins"]);
  if (store === "conversations") {
    const of = { me, id: key as ConversationId, before: record as Records["conversations"] };
    change.put(store, key, await asRead(change, of, said as Records["conversations"]));
  } else if (said) change.put(store, key, said as never);
  else change.remove(store, key);
  return true;
}

/** A name that leads to somebody else here goes on doing so. */
async function pinAs(change: Change, accountId: AccountId, pin: Records["pins"]): Promise<boolean> {
  if (await isNameOfAnother(change, { accountId, username: pin.username })) return false;
  change.put("pins", accountId, pin);
  return true;
}

interface Read {
  readonly me: AccountId;
  readonly id: ConversationId;
  readonly before: Records["conversations"];
}

/** The device on which it was read tells the others of it; this one only counts anew. */
async function asRead(change: Change, { me, id, before }: Read, said: Records["conversations"]) {
  const { readUpTo } = said;
  if (readUpTo <= before.readUpTo) return said;
  const unread = await countUnread({ accountId: me }, change, id, said, readUpTo);
  const readTold = Math.max(said.readTold, readUpTo);
  return { ...said, unread, readTold, calls: callsAfter(said.calls, readUpTo) };
}
