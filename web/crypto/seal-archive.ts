import * as v from "valibot";
import { encodeBinary } from "../../src/protocol/codec.ts";
import type { AccountId, ConversationId } from "../../src/protocol/ids.ts";
import { decodeCanonical } from "../../src/protocol/signing.ts";
import { bytes, count } from "../../src/protocol/values.ts";
import { deriveKey } from "./derive-key.ts";
import { CryptoFailure } from "./failure.ts";
import { pad, unpad } from "./padding.ts";
import type { StoreKeys } from "./store-keys.ts";
import { importWrappingKey, unwrapState, wrapState } from "./wrap-state.ts";

/** Where a row of the archive lies; it opens nowhere else and as no other version. */
export interface ArchivePlace {
  readonly accountId: AccountId;
  readonly conversationId: ConversationId;
  readonly sequence: number;
  readonly version: number;
}

/** Bytes: padded and sealed, this still fits a row. */
export const MOST_ARCHIVED = 65_532;

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;
const sealedRow = v.strictTuple([
  v.pipe(count, v.minValue(1)),
  v.pipe(v.string(), v.regex(MONTH)),
  bytes(66 * 1024, 1),
]);

/** `at`: when it was said, milliseconds; its month in UTC has a key of its own, from the newest key of the store. */
export async function sealArchived(
  keys: StoreKeys,
  of: ArchivePlace & { readonly at: number; readonly content: Uint8Array },
): Promise<Uint8Array<ArrayBuffer>> {
  const newest = keys.keys.at(-1);
  if (!newest) throw new CryptoFailure("unusable", "no key of the account store");
  if (of.content.byteLength > MOST_ARCHIVED) throw new CryptoFailure("unusable", "too long for the archive");
  const month = new Date(of.at).toISOString().slice(0, 7);
  const key = await archiveKey(newest.key, of, month);
  return encodeBinary([newest.version, month, await wrapState(key, labelOf(of), pad(of.content))]);
}

/** The inverse. Throws `malformed` when it was not sealed by one of these keys for this place and version. */
export async function openArchived(
  keys: StoreKeys,
  of: ArchivePlace & { readonly sealed: Uint8Array },
): Promise<Uint8Array<ArrayBuffer>> {
  const row = decodeCanonical(sealedRow, of.sealed);
  const opening = keys.keys.find(({ version }) => version === row?.[0]);
  if (!row || !opening) throw new CryptoFailure("malformed", "not a row of this archive");
  return unpad(await unwrapState(await archiveKey(opening.key, of, row[1]), labelOf(of), row[2]));
}

async function archiveKey(
  storeKey: Uint8Array<ArrayBuffer>,
  { conversationId }: ArchivePlace,
  month: string,
): Promise<CryptoKey> {
  return importWrappingKey(await deriveKey(storeKey, `elahe-archive-key-v1/${conversationId}/${month}`));
}

function labelOf({ accountId, conversationId, sequence, version }: ArchivePlace): string {
  return `elahe-archive-v1/${accountId}/${conversationId}/${sequence}/${version}`;
}
