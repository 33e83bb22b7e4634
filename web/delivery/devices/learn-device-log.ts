import {
  type DeviceLogEntry,
  hashDeviceLogEntry,
  verifyDeviceLog,
} from "../../../src/protocol/device-log.ts";
import { showDeviceLog } from "../../../src/protocol/devices.ts";
import type { AccountId } from "../../../src/protocol/ids.ts";
import type { DeviceLogRecord } from "../../storage/records.ts";
import { type Client, locked } from "../client.ts";
import { Failed, Refused } from "../failures.ts";
import { same } from "../inbox/pins.ts";

type Shown = readonly Uint8Array<ArrayBuffer>[];

/** Asks the server and keeps what it shows, or that it contradicts what it showed before. False without an answer. */
export async function learnDeviceLog(
  client: Client,
  accountId: AccountId,
  root: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const shown = await ask(client, accountId);
  if (!shown) return false;
  const fresh = await readLog(client, accountId, root, shown);
  await locked(client, async (change) => {
    const before = await change.read("device_logs", accountId);
    const known = before && same(before.root, root) ? before : undefined;
    change.put("device_logs", accountId, followLog(known, fresh, root));
  });
  return true;
}

/** Undefined for an account that is no more. What is no answer at all is no list either. */
async function ask(client: Client, accountId: AccountId): Promise<Shown | undefined> {
  try {
    return (await client.call(showDeviceLog, { accountId })).entries;
  } catch (cause) {
    if (cause instanceof Refused && cause.code === "account.not_found") return undefined;
    if (cause instanceof Failed) return undefined;
    throw cause;
  }
}

type Log = Omit<DeviceLogRecord, "root" | "doubt">;

async function readLog(
  { device: { origin } }: Client,
  accountId: AccountId,
  rootPublicKey: Uint8Array<ArrayBuffer>,
  shown: Shown,
): Promise<Log | undefined> {
  const entries = await verifyDeviceLog(shown, { origin, accountId, rootPublicKey });
  if (!entries) return undefined;
  return { hashes: await Promise.all(shown.map(hashDeviceLogEntry)), devices: entries.flatMap(devicesOf) };
}

/** One that was removed may stand in a group until a commit takes it out. */
function devicesOf({ change, deviceId, names: signaturePublicKey }: DeviceLogEntry) {
  return change === "added" ? { deviceId, signaturePublicKey } : [];
}

/** A log only grows: one that is shorter than before, or another, is what the server shows beside the true one. */
export function followLog(
  known: DeviceLogRecord | undefined,
  fresh: Log | undefined,
  root: Uint8Array<ArrayBuffer>,
): DeviceLogRecord {
  const base = known ?? { root, hashes: [], devices: [] };
  if (!fresh) return { ...base, doubt: "differs" };
  const isLonger = base.hashes.every((hash, place) => {
    const shown = fresh.hashes[place];
    return shown !== undefined && same(hash, shown);
  });
  return isLonger ? { ...base, ...fresh } : { ...base, doubt: "differs" };
}
