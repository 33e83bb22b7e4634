import { base32crockford } from "@scure/base";
import * as v from "valibot";
import { type AccountId, type LinkId, linkId } from "../../src/protocol/ids.ts";
import { equalBytes, sha256, signedBytes } from "../../src/protocol/signing.ts";
import { deriveKey } from "./derive-key.ts";
import { CryptoFailure } from "./failure.ts";
import { decodeIdentity, encodeIdentity, type Identity } from "./identity.ts";
import { publicKeyOf } from "./recovery-key.ts";
import { openSealed, sealTo } from "./seal-to.ts";

/**
 * How an account's keys come to a new device: it shows a secret of 128 random bits and offers a public key under an id
 * that follows from the secret; a device of the account that was told the secret seals the keys to that public key,
 * with a pre-shared key that follows from the secret too (HPKE, RFC 9180, mode_psk). A server that puts a public key
 * of its own in the place can open nothing, because it does not have the secret.
 */
const SECRET = 16;
/** Of a check sum, so that a slip of the finger is told from a code that has expired. */
const CHECK = 1;
const CODE = /^[0-9a-z]{28}$/i;

/** What the new device keeps while it waits; `seed` is the private half. */
export interface DeviceLink {
  readonly secret: Uint8Array<ArrayBuffer>;
  readonly seed: Uint8Array<ArrayBuffer>;
}

export function makeDeviceLink(): DeviceLink {
  const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
  return { secret: random(SECRET), seed: random(32) };
}

/** What the server is told of it. */
export async function offerOf({ secret, seed }: DeviceLink): Promise<{
  readonly linkId: LinkId;
  readonly publicKey: Uint8Array<ArrayBuffer>;
}> {
  return { linkId: await linkIdFrom(secret), publicKey: await publicKeyOf(seed) };
}

/** The secret to be shown: 28 letters and digits (Crockford's base 32) in groups of four. */
export async function writeCode(secret: Uint8Array<ArrayBuffer>): Promise<string> {
  const check = await checkOf(secret);
  const letters = base32crockford.encode(new Uint8Array([...secret, ...check])).replaceAll("=", "");
  return letters.match(/.{4}/g)?.join("-") ?? letters;
}

/** The inverse, however it was typed. Throws `unusable` when it is none, or has a slip in it. */
export async function readCode(code: string): Promise<Uint8Array<ArrayBuffer>> {
  const letters = code.replaceAll(/[\s-]/g, "");
  if (!CODE.test(letters)) throw new CryptoFailure("unusable", "not a code of a new device");
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = Uint8Array.from(base32crockford.decode(letters));
  } catch (cause) {
    throw new CryptoFailure("unusable", "not a code of a new device", cause);
  }
  const secret = bytes.slice(0, SECRET);
  if (!equalBytes(bytes.slice(SECRET), await checkOf(secret)))
    throw new CryptoFailure("unusable", "a code with a slip in it");
  return secret;
}

/** Under which the new device's offer lies on the server. */
export async function linkIdFrom(secret: Uint8Array<ArrayBuffer>): Promise<LinkId> {
  const bytes = (await deriveKey(secret, "elahe-device-link-id-v1")).slice(0, 16);
  return v.parse(linkId, bytes.toBase64({ alphabet: "base64url", omitPadding: true }));
}

/** The account's keys without the root's, which no linked device gets. */
export async function sealToDevice(
  identity: Identity,
  to: { readonly secret: Uint8Array<ArrayBuffer>; readonly publicKey: Uint8Array<ArrayBuffer> },
): Promise<Uint8Array<ArrayBuffer>> {
  const plain = encodeIdentity({ ...identity, entropy: undefined });
  return sealTo(to.publicKey, { ...(await sharedBy(to.secret, identity)), plain });
}

/** Throws `malformed` when nobody who knows the secret has sealed it, `not_allowed` when it is another account's. */
export async function openFromDevice(
  { secret, seed }: DeviceLink,
  of: { readonly accountId: AccountId; readonly origin: string; readonly sealed: Uint8Array<ArrayBuffer> },
): Promise<Identity> {
  const plain = await openSealed(seed, { ...(await sharedBy(secret, of)), sealed: of.sealed });
  const identity = await decodeIdentity(plain);
  if (identity.accountId !== of.accountId || identity.origin !== of.origin)
    throw new CryptoFailure("not_allowed", "the keys of another account");
  return identity;
}

async function sharedBy(
  secret: Uint8Array<ArrayBuffer>,
  { accountId, origin }: { readonly accountId: AccountId; readonly origin: string },
) {
  const info = signedBytes("elahe-device-link-v1", [origin, accountId]);
  const id = new TextEncoder().encode("elahe-device-link-v1");
  return { info, psk: { id, key: await deriveKey(secret, "elahe-device-link-psk-v1") } };
}

async function checkOf(secret: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return (await sha256(secret)).slice(0, CHECK);
}
