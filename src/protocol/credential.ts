import * as v from "valibot";
import { encodeBinary } from "./codec.ts";
import { type AccountId, accountId, type DeviceId, deviceId } from "./ids.ts";
import { decodeCanonical, signedBytes, verifyEd25519 } from "./signing.ts";
import { bytes, count, SIZE, signedTime, text } from "./values.ts";

export const CREDENTIAL_VERSION = 1;

const key = bytes(32, 32);
const signature = bytes(64, 64);

/** The rotatable key that certifies devices, vouched for by the root key. */
export interface AccountKey {
  /** From 1 up; a rotation takes the next. */
  readonly version: number;
  readonly publicKey: Uint8Array<ArrayBuffer>;
  /** By the root key over `accountKeyBytes`. */
  readonly rootSignature: Uint8Array<ArrayBuffer>;
}

/** What stands as the basic credential's identity in a device's leaf of every MLS group. */
export interface Credential {
  readonly accountId: AccountId;
  readonly deviceId: DeviceId;
  /** The server's exact origin, such as `https://chat.example.org`. */
  readonly origin: string;
  readonly rootPublicKey: Uint8Array<ArrayBuffer>;
  readonly accountKey: AccountKey;
  /** Milliseconds. Judged only when a device is added, never for a received tree. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** By the account key over `deviceCertificateBytes`. */
  readonly certificate: Uint8Array<ArrayBuffer>;
}

const credentialShape = v.strictTuple([
  v.literal(CREDENTIAL_VERSION),
  accountId,
  deviceId,
  text(256, 1),
  key,
  v.pipe(count, v.minValue(1)),
  key,
  signature,
  signedTime,
  signedTime,
  signature,
]);

/** The credential in its one encoding, MessagePack. */
export function encodeCredential(credential: Credential): Uint8Array<ArrayBuffer> {
  const { accountKey } = credential;
  return encodeBinary([
    CREDENTIAL_VERSION,
    credential.accountId,
    credential.deviceId,
    credential.origin,
    credential.rootPublicKey,
    accountKey.version,
    accountKey.publicKey,
    accountKey.rootSignature,
    credential.notBefore,
    credential.notAfter,
    credential.certificate,
  ]);
}

/** Shape only, no signature is checked: see `verifyCredential`. Undefined when malformed. */
export function decodeCredential(encoded: Uint8Array): Credential | undefined {
  if (encoded.byteLength > SIZE.credential) return undefined;
  const fields = decodeCanonical(credentialShape, encoded);
  if (!fields) return undefined;
  const [
    ,
    account,
    device,
    origin,
    root,
    version,
    publicKey,
    rootSignature,
    notBefore,
    notAfter,
    certificate,
  ] = fields;
  return {
    accountId: account,
    deviceId: device,
    origin,
    rootPublicKey: root,
    accountKey: { version, publicKey, rootSignature },
    notBefore,
    notAfter,
    certificate,
  };
}

/** What the root key signs to vouch for an account key. */
export function accountKeyBytes(of: {
  origin: string;
  accountId: AccountId;
  accountKey: Pick<AccountKey, "version" | "publicKey">;
}): Uint8Array<ArrayBuffer> {
  return signedBytes("elahe-account-v1", [
    of.origin,
    of.accountId,
    of.accountKey.version,
    of.accountKey.publicKey,
  ]);
}

/** What the account key signs to certify a device with its MLS signature key. */
export function deviceCertificateBytes(of: {
  origin: string;
  accountId: AccountId;
  deviceId: DeviceId;
  signaturePublicKey: Uint8Array;
  notBefore: number;
  notAfter: number;
}): Uint8Array<ArrayBuffer> {
  return signedBytes("elahe-device-v1", [
    of.origin,
    of.accountId,
    of.deviceId,
    of.signaturePublicKey,
    of.notBefore,
    of.notAfter,
  ]);
}

/** What a device's MLS signature key signs to be attached to a session. */
export function attachDeviceBytes(of: {
  origin: string;
  accountId: AccountId;
  deviceId: DeviceId;
  challenge: string;
}): Uint8Array<ArrayBuffer> {
  return signedBytes("elahe-attach-v1", [of.origin, of.accountId, of.deviceId, of.challenge]);
}

/** Whether the root vouches for this account key. */
export function verifyAccountKey(of: {
  origin: string;
  accountId: AccountId;
  rootPublicKey: Uint8Array<ArrayBuffer>;
  accountKey: AccountKey;
}): Promise<boolean> {
  return verifyEd25519(of.rootPublicKey, of.accountKey.rootSignature, accountKeyBytes(of));
}

/**
 * The credential if its whole chain (root → account key → device) verifies for the very signature key in the
 * leaf and for this origin; undefined otherwise. Validity in time is not judged here: see `isCurrent`.
 */
export async function verifyCredential(
  encoded: Uint8Array,
  signaturePublicKey: Uint8Array,
  origin: string,
): Promise<Credential | undefined> {
  const credential = decodeCredential(encoded);
  if (!credential || credential.origin !== origin) return undefined;
  const certified = deviceCertificateBytes({ ...credential, signaturePublicKey });
  const [vouched, signed] = await Promise.all([
    verifyAccountKey(credential),
    verifyEd25519(credential.accountKey.publicKey, credential.certificate, certified),
  ]);
  return vouched && signed ? credential : undefined;
}

/** Whether the certificate is valid at `now` (milliseconds): asked before adding a device, never afterwards. */
export function isCurrent(credential: Credential, now: number): boolean {
  return credential.notBefore <= now && now <= credential.notAfter;
}
