import * as v from "valibot";
import { encodeBinary } from "../../src/protocol/codec.ts";
import { type AccountKey, accountKeyBytes } from "../../src/protocol/credential.ts";
import { type AccountId, accountId } from "../../src/protocol/ids.ts";
import { decodeCanonical } from "../../src/protocol/signing.ts";
import { bytes, count, text } from "../../src/protocol/values.ts";
import { CryptoFailure } from "./failure.ts";
import { deriveRoot } from "./recovery-key.ts";
import { makeSignatureKey, sign } from "./signature-key.ts";
import {
  decodeStoreKeys,
  encodeStoreKeys,
  makeStoreKeys,
  type StoreKeys,
  storeKeysShape,
} from "./store-keys.ts";

/** An account's keys. At rest only wrapped: whoever holds it is the account. */
export interface Identity {
  readonly accountId: AccountId;
  readonly origin: string;
  /**
   * 256 random bits; whoever has them, or the 24 words that write them down, has the root key. Here only until the
   * words are known to be written down, and on the first device alone.
   */
  readonly entropy: Uint8Array<ArrayBuffer> | undefined;
  readonly rootPublicKey: Uint8Array<ArrayBuffer>;
  readonly accountKey: AccountKey;
  readonly accountPrivateKey: Uint8Array<ArrayBuffer>;
  readonly storeKeys: StoreKeys;
}

/** A new root, and an account key that it vouches for. `recovery-words.ts` writes the root down. */
export function createIdentity(of: { accountId: AccountId; origin: string }): Promise<Identity> {
  return restoreIdentity({ ...of, entropy: crypto.getRandomValues(new Uint8Array(32)) });
}

/** The identity of this root, with a new account key. `accountKeyVersion` is one above the newest in the device log. */
export async function restoreIdentity(of: {
  accountId: AccountId;
  origin: string;
  entropy: Uint8Array<ArrayBuffer>;
  accountKeyVersion?: number;
  storeKeys?: StoreKeys;
}): Promise<Identity> {
  const root = await deriveRoot(of.entropy);
  const account = await makeSignatureKey();
  const unsigned = { version: of.accountKeyVersion ?? 1, publicKey: account.publicKey };
  const rootSignature = await sign(root.privateKey, accountKeyBytes({ ...of, accountKey: unsigned }));
  return {
    accountId: of.accountId,
    origin: of.origin,
    entropy: of.entropy,
    rootPublicKey: root.publicKey,
    accountKey: { ...unsigned, rootSignature },
    accountPrivateKey: account.privateKey,
    storeKeys: of.storeKeys ?? makeStoreKeys(),
  };
}

const key = bytes(32, 32);
const afterRoot = [key, v.pipe(count, v.minValue(1)), key, bytes(64, 64), key] as const;
/** The first version held the words themselves; neither of the first two had keys of the account store. */
const identityShape = v.union([
  v.strictTuple([v.literal(1), accountId, text(256, 1), text(400, 1), ...afterRoot]),
  v.strictTuple([v.literal(2), accountId, text(256, 1), key, ...afterRoot]),
  v.strictTuple([v.literal(3), accountId, text(256, 1), v.nullable(key), ...afterRoot, storeKeysShape]),
]);

export function encodeIdentity(identity: Identity): Uint8Array<ArrayBuffer> {
  const { accountKey } = identity;
  return encodeBinary([
    3,
    identity.accountId,
    identity.origin,
    identity.entropy ?? null,
    identity.rootPublicKey,
    accountKey.version,
    accountKey.publicKey,
    accountKey.rootSignature,
    identity.accountPrivateKey,
    encodeStoreKeys(identity.storeKeys),
  ]);
}

/** Throws `malformed`. Of one that was kept before there was a store the keys are new: keep it then. */
export async function decodeIdentity(encoded: Uint8Array): Promise<Identity> {
  const fields = decodeCanonical(identityShape, encoded);
  if (!fields) throw new CryptoFailure("malformed", "not an identity");
  const [, account, origin, root, rootPublicKey, version, publicKey, rootSignature, accountPrivateKey] =
    fields;
  const entropy = typeof root === "string" ? (await import("./recovery-words.ts")).readWords(root) : root;
  return {
    accountId: account,
    origin,
    entropy: entropy ?? undefined,
    rootPublicKey,
    accountKey: { version, publicKey, rootSignature },
    accountPrivateKey,
    storeKeys: fields[0] === 3 ? decodeStoreKeys(fields[9]) : makeStoreKeys(),
  };
}
