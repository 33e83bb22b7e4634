import { generateMnemonic, mnemonicToEntropy, validateMnemonic } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import * as v from "valibot";
import { encodeBinary } from "../../src/protocol/codec.ts";
import { type AccountKey, accountKeyBytes } from "../../src/protocol/credential.ts";
import { type AccountId, accountId } from "../../src/protocol/ids.ts";
import { decodeCanonical } from "../../src/protocol/signing.ts";
import { bytes, count, text } from "../../src/protocol/values.ts";
import { CryptoFailure } from "./failure.ts";
import { makeSignatureKey, type SignatureKey, sign } from "./signature-key.ts";

/** An account's keys. At rest only wrapped: whoever holds it is the account. */
export interface Identity {
  readonly accountId: AccountId;
  readonly origin: string;
  /** The 24 recovery words; whoever has them has the root key. */
  readonly words: string;
  readonly rootPublicKey: Uint8Array<ArrayBuffer>;
  readonly accountKey: AccountKey;
  readonly accountPrivateKey: Uint8Array<ArrayBuffer>;
}

/** A new root of 256 random bits, shown as 24 words (BIP 39), and an account key that it vouches for. */
export function createIdentity(of: { accountId: AccountId; origin: string }): Promise<Identity> {
  return restoreIdentity({ ...of, words: generateMnemonic(wordlist, 256) });
}

/**
 * The identity under the words, with a new account key. `accountKeyVersion` is one above the newest in the
 * device log. Throws `unusable` when the words are not 24 of the list with a right checksum.
 */
export async function restoreIdentity(of: {
  accountId: AccountId;
  origin: string;
  words: string;
  accountKeyVersion?: number;
}): Promise<Identity> {
  const root = await rootKey(of.words);
  const account = await makeSignatureKey();
  const unsigned = { version: of.accountKeyVersion ?? 1, publicKey: account.publicKey };
  const rootSignature = await sign(root.privateKey, accountKeyBytes({ ...of, accountKey: unsigned }));
  return {
    accountId: of.accountId,
    origin: of.origin,
    words: of.words,
    rootPublicKey: root.publicKey,
    accountKey: { ...unsigned, rootSignature },
    accountPrivateKey: account.privateKey,
  };
}

/** HKDF-SHA-256 from the entropy behind the words, so that other keys can come from the same words. */
async function rootKey(words: string): Promise<SignatureKey> {
  if (!validateMnemonic(words, wordlist) || words.split(" ").length !== 24)
    throw new CryptoFailure("unusable", "these are not 24 recovery words");
  const entropy = Uint8Array.from(mnemonicToEntropy(words, wordlist));
  const key = await crypto.subtle.importKey("raw", entropy, "HKDF", false, ["deriveBits"]);
  const info = new TextEncoder().encode("elahe-root-v1");
  const parameters = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info };
  return makeSignatureKey(new Uint8Array(await crypto.subtle.deriveBits(parameters, key, 256)));
}

const key = bytes(32, 32);
const identityShape = v.strictTuple([
  v.literal(1),
  accountId,
  text(256, 1),
  text(400, 1),
  key,
  v.pipe(count, v.minValue(1)),
  key,
  bytes(64, 64),
  key,
]);

export function encodeIdentity(identity: Identity): Uint8Array<ArrayBuffer> {
  const { accountKey } = identity;
  return encodeBinary([
    1,
    identity.accountId,
    identity.origin,
    identity.words,
    identity.rootPublicKey,
    accountKey.version,
    accountKey.publicKey,
    accountKey.rootSignature,
    identity.accountPrivateKey,
  ]);
}

/** Throws `malformed`. */
export function decodeIdentity(encoded: Uint8Array): Identity {
  const fields = decodeCanonical(identityShape, encoded);
  if (!fields) throw new CryptoFailure("malformed", "not an identity");
  const [, account, origin, words, rootPublicKey, version, publicKey, rootSignature, accountPrivateKey] =
    fields;
  const accountKey = { version, publicKey, rootSignature };
  return { accountId: account, origin, words, rootPublicKey, accountKey, accountPrivateKey };
}
