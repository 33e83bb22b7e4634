import type { KeyPackage } from "ts-mls";
import { makeKeyPackageRef, verifyKeyPackage } from "ts-mls/keyPackage.js";
import { verifyLeafNodeSignatureKeyPackage } from "ts-mls/leafNode.js";
import { encodeCredential, isCurrent, verifyCredential } from "../protocol/credential.ts";
import type { Suite } from "../protocol/devices.ts";
import { EXTENSION } from "../protocol/group-id.ts";
import type { AccountId, DeviceId } from "../protocol/ids.ts";
import { equalBytes } from "../protocol/signing.ts";
import { Refusal } from "../refusal.ts";
import { decodeMessage, orRefuse } from "./decode-message.ts";
import { openSuite } from "./suite.ts";

export interface KeyPackageRead {
  /** KeyPackageRef (RFC 9420 §5.2). */
  readonly ref: Uint8Array<ArrayBuffer>;
  readonly suite: Suite;
  readonly accountId: AccountId;
  readonly deviceId: DeviceId;
  readonly signaturePublicKey: Uint8Array<ArrayBuffer>;
  readonly rootPublicKey: Uint8Array<ArrayBuffer>;
  readonly credential: Uint8Array<ArrayBuffer>;
  /** The end of its lifetime, milliseconds. */
  readonly notAfter: number;
}

const DAY = 24 * 60 * 60;
const LONGEST_LIFETIME = 100 * DAY;

/** A key package that anybody could add at `now` (milliseconds). Refuses `key_package.invalid`. */
export async function readKeyPackage(
  encoded: Uint8Array,
  of: { origin: string; now: number },
): Promise<KeyPackageRead> {
  const { keyPackage } = decodeMessage(encoded, "mls_key_package", "key_package.invalid");
  return orRefuse("key_package.invalid", () => checkKeyPackage(keyPackage, of));
}

/** The same for a key package that was decoded already, as those in Add proposals are. */
export async function checkKeyPackage(
  keyPackage: KeyPackage,
  of: { origin: string; now: number },
): Promise<KeyPackageRead> {
  const { leafNode } = keyPackage;
  const suite = await openSuite(keyPackage.cipherSuite, "key_package.invalid");
  const [signed, leafSigned, ref] = await Promise.all([
    verifyKeyPackage(keyPackage, suite.signature),
    verifyLeafNodeSignatureKeyPackage(leafNode, suite.signature),
    makeKeyPackageRef(keyPackage, suite.hash),
  ]);
  const { credential, signaturePublicKey } = leafNode;
  const holder =
    credential.credentialType === "basic"
      ? await verifyCredential(credential.identity, signaturePublicKey, of.origin)
      : undefined;
  const fits = signed && leafSigned && isUsable(keyPackage, of.now);
  if (!fits || !holder || !isCurrent(holder, of.now)) throw new Refusal("key_package.invalid");
  return {
    ref: Uint8Array.from(ref),
    suite: keyPackage.cipherSuite as Suite,
    accountId: holder.accountId,
    deviceId: holder.deviceId,
    signaturePublicKey: Uint8Array.from(signaturePublicKey),
    rootPublicKey: holder.rootPublicKey,
    credential: encodeCredential(holder),
    notAfter: Number(leafNode.lifetime.notAfter) * 1000,
  };
}

function isUsable({ leafNode, initKey, cipherSuite, extensions }: KeyPackage, now: number): boolean {
  const seconds = BigInt(Math.floor(now / 1000));
  const { lifetime, capabilities } = leafNode;
  return (
    lifetime.notBefore <= seconds &&
    seconds <= lifetime.notAfter &&
    lifetime.notAfter - lifetime.notBefore <= BigInt(LONGEST_LIFETIME) &&
    !equalBytes(initKey, leafNode.hpkePublicKey) &&
    extensions.length === 0 &&
    leafNode.extensions.length === 0 &&
    capabilities.ciphersuites.includes(cipherSuite) &&
    capabilities.credentials.includes("basic") &&
    Object.values(EXTENSION).every((type) => capabilities.extensions.includes(type))
  );
}
