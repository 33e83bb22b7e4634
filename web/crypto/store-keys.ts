import * as v from "valibot";
import { encodeBinary } from "../../src/protocol/codec.ts";
import { type RowId, rowId } from "../../src/protocol/ids.ts";
import { decodeCanonical } from "../../src/protocol/signing.ts";
import { bytes, count, text } from "../../src/protocol/values.ts";
import { CryptoFailure } from "./failure.ts";
import { pad, unpad } from "./padding.ts";
import { importWrappingKey, unwrapState, wrapState } from "./wrap-state.ts";

/**
 * What the account store is sealed with. A device that was removed had all keys up to then, so a new one follows, and
 * what is written from then on it cannot read. `naming` makes the ids of rows and never changes.
 */
export interface StoreKeys {
  readonly naming: Uint8Array<ArrayBuffer>;
  /** AES-256-GCM, the newest last; each by its version. */
  readonly keys: readonly { readonly version: number; readonly key: Uint8Array<ArrayBuffer> }[];
}

const MOST_KEYS = 64;
const key = bytes(32, 32);

export const storeKeysShape = v.strictTuple([
  key,
  v.pipe(v.array(v.strictTuple([v.pipe(count, v.minValue(1)), key])), v.minLength(1), v.maxLength(MOST_KEYS)),
]);

export function makeStoreKeys(): StoreKeys {
  return { naming: random(), keys: [{ version: 1, key: random() }] };
}

/** With one more, for what is written from now on. */
export function renewStoreKeys({ naming, keys }: StoreKeys): StoreKeys {
  const version = (keys.at(-1)?.version ?? 0) + 1;
  return { naming, keys: [...keys, { version, key: random() }].slice(-MOST_KEYS) };
}

export function encodeStoreKeys({ naming, keys }: StoreKeys): v.InferInput<typeof storeKeysShape> {
  return [naming, keys.map((one) => [one.version, one.key])];
}

export function decodeStoreKeys([naming, keys]: v.InferOutput<typeof storeKeysShape>): StoreKeys {
  return { naming, keys: keys.map(([version, key]) => ({ version, key })) };
}

function random(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(32));
}

/** Under which a row of this name lies: 16 bytes of HMAC-SHA-256, so that ids tell nothing without the key. */
export async function nameRow({ naming }: Pick<StoreKeys, "naming">, name: string): Promise<RowId> {
  const how = { name: "HMAC", hash: "SHA-256" };
  const signing = await crypto.subtle.importKey("raw", naming, how, false, ["sign"]);
  const made = await crypto.subtle.sign("HMAC", signing, new TextEncoder().encode(name));
  const id = new Uint8Array(made, 0, 16).toBase64({ alphabet: "base64url", omitPadding: true });
  return v.parse(rowId, id);
}

const SEALED = 66 * 1024;
const sealedRow = v.strictTuple([v.pipe(count, v.minValue(1)), bytes(SEALED, 1)]);
const plainRow = v.strictTuple([v.literal(1), text(256, 1), bytes(SEALED)]);

/** Name and content, padded, under the newest key; bound to place and version, so that no row stands in for another. */
export async function sealRow(
  keys: StoreKeys,
  of: { readonly name: string; readonly version: number; readonly content: Uint8Array<ArrayBuffer> },
): Promise<Uint8Array<ArrayBuffer>> {
  const newest = keys.keys.at(-1);
  if (!newest) throw new CryptoFailure("unusable", "no key of the account store");
  const id = await nameRow(keys, of.name);
  const plain = pad(encodeBinary([1, of.name, of.content]));
  const sealed = await wrapState(await importWrappingKey(newest.key), labelOf(id, of.version), plain);
  return encodeBinary([newest.version, sealed]);
}

/** The inverse. Throws `malformed` when it was not sealed by one of these keys for this place and version. */
export async function openRow(
  keys: StoreKeys,
  of: { readonly id: RowId; readonly version: number; readonly sealed: Uint8Array<ArrayBuffer> },
): Promise<{ readonly name: string; readonly content: Uint8Array<ArrayBuffer> }> {
  const row = decodeCanonical(sealedRow, of.sealed);
  const opening = keys.keys.find(({ version }) => version === row?.[0]);
  if (!row || !opening) throw new CryptoFailure("malformed", "not a row of this store");
  const label = labelOf(of.id, of.version);
  const plain = unpad(await unwrapState(await importWrappingKey(opening.key), label, row[1]));
  const fields = decodeCanonical(plainRow, plain);
  if (!fields || (await nameRow(keys, fields[1])) !== of.id)
    throw new CryptoFailure("malformed", "a row in the place of another");
  return { name: fields[1], content: fields[2] };
}

function labelOf(id: RowId, version: number): string {
  return `elahe-store-v1/${id}/${version}`;
}
