import { type DeviceLogEntry, verifyDeviceLog } from "../../../src/protocol/device-log.ts";
import { showDeviceLog } from "../../../src/protocol/devices.ts";
import type { AccountId, DeviceId } from "../../../src/protocol/ids.ts";
import type { Account } from "../client.ts";
import { Failed } from "../failures.ts";

/** An account's devices by its own word, as far as the server shows it. */
export interface OwnLog {
  readonly encoded: readonly Uint8Array<ArrayBuffer>[];
  readonly entries: readonly DeviceLogEntry[];
  /** Added and not removed since, with their signature keys. */
  readonly live: ReadonlyMap<DeviceId, Uint8Array<ArrayBuffer>>;
  /** The entries that removed them, as they were signed. */
  readonly removed: ReadonlyMap<DeviceId, Uint8Array<ArrayBuffer>>;
}

/** Fails with `server_wrong` when what the server shows was not signed under this root, entry by entry. */
export async function readOwnLog(
  { call }: Pick<Account, "call">,
  of: {
    readonly accountId: AccountId;
    readonly origin: string;
    readonly rootPublicKey: Uint8Array<ArrayBuffer>;
  },
): Promise<OwnLog> {
  const { entries: encoded } = await call(showDeviceLog, { accountId: of.accountId });
  const entries = await verifyDeviceLog(encoded, of);
  if (!entries) throw new Failed("server_wrong");
  const live = new Map<DeviceId, Uint8Array<ArrayBuffer>>();
  const removed = new Map<DeviceId, Uint8Array<ArrayBuffer>>();
  for (const [index, { change, deviceId, names }] of entries.entries()) {
    const signed = encoded[index];
    if (change === "added") live.set(deviceId, names);
    if (change !== "removed" || !signed) continue;
    live.delete(deviceId);
    removed.set(deviceId, signed);
  }
  return { encoded, entries, live, removed };
}
