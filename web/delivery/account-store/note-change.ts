import type { AccountId } from "../../../src/protocol/ids.ts";
import type { Records, SharedRecord } from "../../storage/records.ts";
import type { Change, Reader } from "../../storage/vault.ts";
import { apply, isPlace, say } from "./mirror.ts";
import { recordOf, rowNameOf } from "./row-names.ts";
import { areSame, decodeContent, encodeContent, type Fields, type Mirrored } from "./shapes.ts";

const NOTHING: SharedRecord = { version: 0, content: null };

interface Noted {
  readonly store: Mirrored;
  readonly key: string;
  readonly me: AccountId;
  readonly at: number;
  /** The record was here before anything was shared: it is not one that has just come. */
  readonly isOld?: boolean;
}

/**
 * Marks a record that says something else than what was agreed on, in the change that makes it so; true when it does.
 * A conversation that has just come takes up what waited for it.
 */
export async function noteChange(change: Change, { store, key, me, at, isOld }: Noted): Promise<boolean> {
  const name = rowNameOf(store, key, me);
  if (name === undefined) return false;
  let kept = await change.read("shared", name);
  const record = await change.read(store, key);
  if (record && isPlace(store) && !isOld && (kept === undefined || kept.waits)) {
    kept = await begin(change, store, { key, name, record: record as Records["conversations"] }, kept);
  }
  if (kept?.waits) return false;
  const differs = !areSame(sayNow(store, await change.read(store, key), kept), agreedOf(store, kept));
  if (differs) change.put("shared_due", name, { at });
  else if (kept?.shown === undefined && (await change.read("shared_due", name)))
    change.remove("shared_due", name);
  return differs;
}

async function begin(
  change: Change,
  store: Mirrored,
  { key, name, record }: { key: string; name: string; record: Records["conversations"] },
  kept: SharedRecord = NOTHING,
): Promise<SharedRecord> {
  const { waits: _, ...rest } = kept;
  const begun = { ...rest, cameAt: record.readUpTo };
  change.put("shared", name, begun);
  const waited = applied(store, agreedOf(store, kept), record);
  if (kept.waits && waited) change.put(store, key, waited as never);
  return begun;
}

function applied(store: Mirrored, fields: Fields<Mirrored>, record: Records[Mirrored] | undefined) {
  return apply(store, fields as never, record as never);
}

export function agreedOf<Name extends Mirrored>(store: Name, kept: SharedRecord | undefined): Fields<Name> {
  return decodeContent(store, kept?.content)?.fields ?? ({} as Fields<Name>);
}

function sayNow(store: Mirrored, record: Records[Mirrored] | undefined, kept: SharedRecord | undefined) {
  return say(store, record as never, agreedOf(store, kept) as never, kept);
}

/** What the row of this name is to hold now; undefined where nothing is to be told. */
export async function readDue(
  reader: Reader,
  name: string,
  { me, at }: { readonly me: AccountId; readonly at: number },
): Promise<{ readonly kept: SharedRecord; readonly content: Uint8Array<ArrayBuffer> } | undefined> {
  const kept = (await reader.read("shared", name)) ?? NOTHING;
  const of = recordOf(name, me);
  if (!of || kept.waits)
    return kept.content && kept.shown !== undefined ? { kept, content: kept.content } : undefined;
  const { store } = of;
  const fields = sayNow(store, await reader.read(store, of.key), kept);
  if (!areSame(fields, agreedOf(store, kept)))
    return { kept, content: encodeContent({ at, fields: fields as never }) };
  return kept.content && kept.shown !== undefined ? { kept, content: kept.content } : undefined;
}
