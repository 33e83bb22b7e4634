import * as v from "valibot";
import { encodeBinary } from "./codec.ts";
import { type AccountKey, verifyAccountKey } from "./credential.ts";
import { type AccountId, accountId, type DeviceId, deviceId } from "./ids.ts";
import { decodeCanonical, equalBytes, sha256, signedBytes, verifyEd25519 } from "./signing.ts";
import { bytes, count, SIZE, signedTime, text } from "./values.ts";

const VERSION = 1;

/** `vault`: what the recovery words open was sealed anew, and every vault before is out of date. */
export type DeviceLogChange = "added" | "removed" | "vault";

/** One signed change of an account's device list; each names the hash of the one before. */
export interface DeviceLogEntry {
  readonly accountId: AccountId;
  readonly origin: string;
  /** From 1 up, without holes. */
  readonly position: number;
  /** SHA-256 of the entry before as encoded, zeros for the first. */
  readonly previous: Uint8Array<ArrayBuffer>;
  readonly change: DeviceLogChange;
  /** Of a new vault: the device that sealed it. */
  readonly deviceId: DeviceId;
  /** The device's signature key, Ed25519; of a new vault its hash. */
  readonly names: Uint8Array<ArrayBuffer>;
  /** Milliseconds, by the signer's clock. */
  readonly at: number;
  readonly accountKey: AccountKey;
  /** By the account key over `deviceLogEntryBytes`. */
  readonly signature: Uint8Array<ArrayBuffer>;
}

const key = bytes(32, 32);
const signature = bytes(64, 64);
const positive = v.pipe(count, v.minValue(1));

const entryShape = v.strictTuple([
  v.literal(VERSION),
  accountId,
  text(256, 1),
  positive,
  key,
  v.picklist(["added", "removed", "vault"]),
  deviceId,
  key,
  signedTime,
  positive,
  key,
  signature,
  signature,
]);

/** Where a log stands: what its next entry must follow. */
export interface LogHead {
  readonly position: number;
  readonly hash: Uint8Array<ArrayBuffer>;
  /** Of the last entry. */
  readonly accountKey?: AccountKey;
}

/** Before the first entry of every log. */
export const LOG_START: LogHead = { position: 0, hash: new Uint8Array(32) };

function signedFields(entry: Omit<DeviceLogEntry, "signature">): unknown[] {
  return [
    VERSION,
    entry.accountId,
    entry.origin,
    entry.position,
    entry.previous,
    entry.change,
    entry.deviceId,
    entry.names,
    entry.at,
    entry.accountKey.version,
    entry.accountKey.publicKey,
    entry.accountKey.rootSignature,
  ];
}

/** What the account key signs. */
export function deviceLogEntryBytes(entry: Omit<DeviceLogEntry, "signature">): Uint8Array<ArrayBuffer> {
  return signedBytes("elahe-device-log-v1", signedFields(entry));
}

export function encodeDeviceLogEntry(entry: DeviceLogEntry): Uint8Array<ArrayBuffer> {
  return encodeBinary([...signedFields(entry), entry.signature]);
}

/** Shape only; undefined when malformed. See `verifyDeviceLogEntry`. */
export function decodeDeviceLogEntry(encoded: Uint8Array): DeviceLogEntry | undefined {
  if (encoded.byteLength > SIZE.deviceLogEntry) return undefined;
  const fields = decodeCanonical(entryShape, encoded);
  if (!fields) return undefined;
  return {
    accountId: fields[1],
    origin: fields[2],
    position: fields[3],
    previous: fields[4],
    change: fields[5],
    deviceId: fields[6],
    names: fields[7],
    at: fields[8],
    accountKey: { version: fields[9], publicKey: fields[10], rootSignature: fields[11] },
    signature: fields[12],
  };
}

/** What the next entry names as `previous`, and what messages gossip as the log's head. */
export function hashDeviceLogEntry(encoded: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return sha256(Uint8Array.from(encoded));
}

/** The entry if it is this account's, chain and signature verify under this root; undefined otherwise. */
export async function verifyDeviceLogEntry(
  encoded: Uint8Array,
  of: { origin: string; accountId: AccountId; rootPublicKey: Uint8Array<ArrayBuffer> },
): Promise<DeviceLogEntry | undefined> {
  const entry = decodeDeviceLogEntry(encoded);
  if (!entry || entry.accountId !== of.accountId || entry.origin !== of.origin) return undefined;
  const [vouched, signed] = await Promise.all([
    verifyAccountKey({ ...of, accountKey: entry.accountKey }),
    verifyEd25519(entry.accountKey.publicKey, entry.signature, deviceLogEntryBytes(entry)),
  ]);
  return vouched && signed ? entry : undefined;
}

/**
 * The entries of a log if each verifies and follows the one before without a hole; undefined otherwise.
 * `after` is where the log stood when last verified. A key that was rotated away signs nothing any more.
 */
export async function verifyDeviceLog(
  encoded: readonly Uint8Array[],
  of: { origin: string; accountId: AccountId; rootPublicKey: Uint8Array<ArrayBuffer> },
  after: LogHead = LOG_START,
): Promise<DeviceLogEntry[] | undefined> {
  const entries: DeviceLogEntry[] = [];
  let head = after;
  for (const bytesOfEntry of encoded) {
    const entry = await verifyDeviceLogEntry(bytesOfEntry, of);
    if (!entry || !follows(entry, head)) return undefined;
    const { position, accountKey } = entry;
    head = { position, accountKey, hash: await hashDeviceLogEntry(bytesOfEntry) };
    entries.push(entry);
  }
  return entries;
}

function follows({ position, previous, accountKey }: DeviceLogEntry, head: LogHead): boolean {
  const before = head.accountKey;
  const keyHolds =
    !before ||
    accountKey.version > before.version ||
    (accountKey.version === before.version && equalBytes(accountKey.publicKey, before.publicKey));
  return position === head.position + 1 && equalBytes(previous, head.hash) && keyHolds;
}
