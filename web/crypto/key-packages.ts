import {
  type Capabilities,
  encodeMlsMessage,
  generateKeyPackageWithKey,
  type KeyPackage,
  type PrivateKeyPackage,
} from "ts-mls";
import { makeKeyPackageRef } from "ts-mls/keyPackage.js";
import * as v from "valibot";
import { encodeBinary } from "../../src/protocol/codec.ts";
import type { Suite } from "../../src/protocol/devices.ts";
import { EXTENSION } from "../../src/protocol/group-id.ts";
import { decodeCanonical } from "../../src/protocol/signing.ts";
import { bytes, SIZE } from "../../src/protocol/values.ts";
import type { Device } from "./device.ts";
import { CryptoFailure } from "./failure.ts";
import { decodeMessage } from "./peek.ts";
import { openSuite, POST_QUANTUM } from "./suite.ts";

export interface KeyPackageMade {
  /** KeyPackageRef (RFC 9420 §5.2) as base64url: the private half is found again by it. */
  readonly ref: string;
  /** An MLSMessage with the KeyPackage, for the server. */
  readonly publicBytes: Uint8Array<ArrayBuffer>;
  /** Both halves, for one's own storage, wrapped. Deleted once a group was joined with it, unless `lastResort`. */
  readonly privateBytes: Uint8Array<ArrayBuffer>;
  readonly lastResort: boolean;
  /** Nobody is to be added with it from then on, in milliseconds. */
  readonly endsAt: number;
}

const DAY = 24 * 60 * 60;
const LIFETIME = 90 * DAY;

/** Offers to be added while offline, valid from a day before `now` (milliseconds) for 90 days. */
export async function makeKeyPackages(
  device: Device,
  of: { count: number; now: number; suite?: Suite; lastResort?: boolean },
): Promise<KeyPackageMade[]> {
  const made: KeyPackageMade[] = [];
  for (let index = 0; index < of.count; index += 1) {
    const { publicPackage, privatePackage } = await freshKeyPackage(device, of.suite ?? POST_QUANTUM, of.now);
    const publicBytes = encodeKeyPackage(publicPackage);
    const { initPrivateKey, hpkePrivateKey } = privatePackage;
    const privateBytes = encodeBinary([1, publicBytes, initPrivateKey, hpkePrivateKey]);
    const ref = await refOf(publicPackage);
    const endsAt = (Math.floor(of.now / 1000) + LIFETIME) * 1000;
    made.push({ ref, publicBytes, privateBytes, lastResort: of.lastResort ?? false, endsAt });
  }
  return made;
}

/** A key package of the device, not offered to anybody yet. */
export async function freshKeyPackage(
  device: Device,
  suite: Suite,
  now: number,
): Promise<{ publicPackage: KeyPackage; privatePackage: PrivateKeyPackage }> {
  const seconds = Math.floor(now / 1000);
  return generateKeyPackageWithKey(
    { credentialType: "basic", identity: device.credential },
    capabilitiesOf(suite),
    { notBefore: BigInt(seconds - DAY), notAfter: BigInt(seconds + LIFETIME) },
    [],
    { signKey: device.signaturePrivateKey, publicKey: device.signaturePublicKey },
    await openSuite(suite),
  );
}

function capabilitiesOf(suite: Suite): Capabilities {
  return {
    versions: ["mls10"],
    ciphersuites: [suite],
    extensions: [EXTENSION.roleList, EXTENSION.engineVersion],
    proposals: [],
    credentials: ["basic"],
  };
}

function encodeKeyPackage(keyPackage: KeyPackage): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(encodeMlsMessage({ version: "mls10", wireformat: "mls_key_package", keyPackage }));
}

/** Throws `malformed`. */
export function decodeKeyPackage(encoded: Uint8Array): KeyPackage {
  const message = decodeMessage(encoded);
  if (message.wireformat !== "mls_key_package") throw new CryptoFailure("malformed", "not a key package");
  return message.keyPackage;
}

async function refOf(keyPackage: KeyPackage): Promise<string> {
  const { hash } = await openSuite(keyPackage.cipherSuite as Suite);
  return (await makeKeyPackageRef(keyPackage, hash)).toBase64(REF);
}

const REF = { alphabet: "base64url", omitPadding: true } as const;

const privateShape = v.strictTuple([v.literal(1), bytes(SIZE.keyPackage, 1), bytes(4096, 1), bytes(4096, 1)]);

/** Both halves, as `makeKeyPackages` gave them. Throws `malformed`. */
export function decodePrivateKeyPackage(
  privateBytes: Uint8Array,
  device: Device,
): { keyPackage: KeyPackage; privateKeys: PrivateKeyPackage } {
  const fields = decodeCanonical(privateShape, privateBytes);
  if (!fields) throw new CryptoFailure("malformed", "not the private half of a key package");
  const [, publicBytes, initPrivateKey, hpkePrivateKey] = fields;
  const signaturePrivateKey = device.signaturePrivateKey;
  return {
    keyPackage: decodeKeyPackage(publicBytes),
    privateKeys: { initPrivateKey, hpkePrivateKey, signaturePrivateKey },
  };
}

/** The refs of the key packages a Welcome was made for: one of them may be this device's. */
export function welcomeRefs(welcome: Uint8Array): string[] {
  const message = decodeMessage(welcome);
  if (message.wireformat !== "mls_welcome") throw new CryptoFailure("malformed", "not a Welcome");
  return message.welcome.secrets.map(({ newMember }) => newMember.toBase64(REF));
}
