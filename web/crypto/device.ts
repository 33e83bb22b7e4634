import * as v from "valibot";
import { encodeBinary } from "../../src/protocol/codec.ts";
import {
  attachDeviceBytes,
  deviceCertificateBytes,
  encodeCredential,
} from "../../src/protocol/credential.ts";
import {
  type DeviceLogChange,
  deviceLogEntryBytes,
  encodeDeviceLogEntry,
  hashDeviceLogEntry,
  LOG_START,
  verifyDeviceLog,
} from "../../src/protocol/device-log.ts";
import { type AccountId, accountId, type DeviceId, deviceId } from "../../src/protocol/ids.ts";
import { decodeCanonical } from "../../src/protocol/signing.ts";
import { bytes, SIZE, text } from "../../src/protocol/values.ts";
import { CryptoFailure } from "./failure.ts";
import type { Identity } from "./identity.ts";
import { makeSignatureKey, sign } from "./signature-key.ts";

/** This device: the signature key of its leaves and the credential that stands in them. */
export interface Device {
  readonly accountId: AccountId;
  readonly deviceId: DeviceId;
  readonly origin: string;
  readonly credential: Uint8Array<ArrayBuffer>;
  readonly signaturePublicKey: Uint8Array<ArrayBuffer>;
  readonly signaturePrivateKey: Uint8Array<ArrayBuffer>;
}

const DAY = 24 * 60 * 60 * 1000;
/** Clocks differ. */
const NOT_BEFORE_MARGIN = DAY;
const CERTIFICATE_LIFETIME = 5 * 365 * DAY;

/**
 * A device certified by the account key, and the entry that tells so in the account's device log. `log` is the
 * whole log so far; throws `unusable` when it does not verify. `now` in milliseconds.
 */
export async function createDevice(
  identity: Identity,
  of: { deviceId: DeviceId; now: number; log: readonly Uint8Array[] },
): Promise<{ device: Device; logEntry: Uint8Array<ArrayBuffer> }> {
  const { publicKey: signaturePublicKey, privateKey: signaturePrivateKey } = await makeSignatureKey();
  const { origin } = identity;
  const validity = { notBefore: of.now - NOT_BEFORE_MARGIN, notAfter: of.now + CERTIFICATE_LIFETIME };
  const unsigned = { accountId: identity.accountId, deviceId: of.deviceId, origin, ...validity };
  const certificate = await sign(
    identity.accountPrivateKey,
    deviceCertificateBytes({ ...unsigned, signaturePublicKey }),
  );
  const { rootPublicKey, accountKey } = identity;
  const credential = encodeCredential({ ...unsigned, rootPublicKey, accountKey, certificate });
  const logEntry = await appendToLog(identity, of.log, {
    change: "added",
    deviceId: of.deviceId,
    names: signaturePublicKey,
    at: of.now,
  });
  const device = { accountId: identity.accountId, deviceId: of.deviceId, origin, credential };
  return { device: { ...device, signaturePublicKey, signaturePrivateKey }, logEntry };
}

/** The next entry of the account's device log, signed by the account key. */
export async function appendToLog(
  identity: Identity,
  log: readonly Uint8Array[],
  change: {
    change: DeviceLogChange;
    deviceId: DeviceId;
    /** The device's signature key, or the vault's hash. */
    names: Uint8Array<ArrayBuffer>;
    at: number;
  },
): Promise<Uint8Array<ArrayBuffer>> {
  const entries = await verifyDeviceLog(log, identity);
  if (!entries) throw new CryptoFailure("unusable", "the device log does not verify");
  const last = log.at(-1);
  const { accountId: account, origin, accountKey } = identity;
  const entry = {
    accountId: account,
    origin,
    position: entries.length + 1,
    previous: last ? await hashDeviceLogEntry(last) : LOG_START.hash,
    ...change,
    accountKey,
  };
  const signature = await sign(identity.accountPrivateKey, deviceLogEntryBytes(entry));
  return encodeDeviceLogEntry({ ...entry, signature });
}

/** The proof that attaches this device to a session which was given `challenge`. */
export function proveDevice(device: Device, challenge: string): Promise<Uint8Array<ArrayBuffer>> {
  return sign(device.signaturePrivateKey, attachDeviceBytes({ ...device, challenge }));
}

const key = bytes(32, 32);
const deviceShape = v.strictTuple([
  v.literal(1),
  accountId,
  deviceId,
  text(256, 1),
  bytes(SIZE.credential, 1),
  key,
  key,
]);

export function encodeDevice(device: Device): Uint8Array<ArrayBuffer> {
  return encodeBinary([
    1,
    device.accountId,
    device.deviceId,
    device.origin,
    device.credential,
    device.signaturePublicKey,
    device.signaturePrivateKey,
  ]);
}

/** Throws `malformed`. */
export function decodeDevice(encoded: Uint8Array): Device {
  const fields = decodeCanonical(deviceShape, encoded);
  if (!fields) throw new CryptoFailure("malformed", "not a device");
  const [, account, id, origin, credential, signaturePublicKey, signaturePrivateKey] = fields;
  return { accountId: account, deviceId: id, origin, credential, signaturePublicKey, signaturePrivateKey };
}
