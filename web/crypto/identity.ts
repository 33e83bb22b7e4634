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
  /** 256 random bits; whoever has them, or the 24 words that write them down, has the root key. */
  readonly entropy: Uint8Array<ArrayBuffer>;
  readonly rootPublicKey: Uint8Array<ArrayBuffer>;
  readonly accountKey: AccountKey;
  readonly accountPrivateKey: Uint8Array<ArrayBuffer>;
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
}): Promise<Identity> {
  const root = await rootKey(of.entropy);
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
  };
}

/** HKDF-SHA-256 (RFC 5869) from the entropy, so that other keys can come from the same words. */
async function rootKey(entropy: Uint8Array<ArrayBuffer>): Promise<SignatureKey> {
  const key = await crypto.subtle.importKey("raw", entropy, "HKDF", false, ["deriveBits"]);
  const info = new TextEncoder().encode("elahe-root-v1");
  const parameters = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info };
  return makeSignatureKey(new Uint8Array(await crypto.subtle.deriveBits(parameters, key, 256)));
}

const key = bytes(32, 32);
const afterRoot = [key, v.pipe(count, v.minValue(1)), key, bytes(64, 64), key] as const;
/** The first version held the words themselves. */
const identityShape = v.union([
  v.strictTuple([v.literal(1), accountId, text(256, 1), text(400, 1), ...afterRoot]),
  v.strictTuple([v.literal(2), accountId, text(256, 1), key, ...afterRoot]),
]);

export function encodeIdentity(identity: Identity): Uint8Array<ArrayBuffer> {
  const { accountKey } = identity;
  return encodeBinary([
    2,
    identity.accountId,
    identity.origin,
    identity.entropy,
    identity.rootPublicKey,
    accountKey.version,
    accountKey.publicKey,
    accountKey.rootSignature,
    identity.accountPrivateKey,
  ]);
}

/** Throws `malformed`. */
export async function decodeIdentity(encoded: Uint8Array): Promise<Identity> {
  const fields = decodeCanonical(identityShape, encoded);
  if (!fields) throw new CryptoFailure("malformed", "not an identity");
  const [, account, origin, root, rootPublicKey, version, publicKey, rootSignature, accountPrivateKey] =
    fields;
  const entropy = typeof root === "string" ? (await import("./recovery-words.ts")).readWords(root) : root;
  const accountKey = { version, publicKey, rootSignature };
  return { accountId: account, origin, entropy, rootPublicKey, accountKey, accountPrivateKey };
}
