import type { App } from "../app.ts";
import {
  type DeviceLogChange,
  type DeviceLogEntry,
  hashDeviceLogEntry,
  verifyDeviceLogEntry,
} from "../protocol/device-log.ts";
import type { AccountId } from "../protocol/ids.ts";
import { Refusal } from "../refusal.ts";

export interface VerifiedEntry {
  readonly entry: DeviceLogEntry;
  readonly encoded: Uint8Array<ArrayBuffer>;
  /** SHA-256 of `encoded`. */
  readonly hash: Uint8Array<ArrayBuffer>;
}

/** Signed for this account, whatever comes before it; refuses `device.certificate_invalid`. */
export async function judgeLogEntry(
  { config }: Pick<App, "config">,
  of: { readonly accountId: AccountId; readonly rootPublicKey: Uint8Array<ArrayBuffer> },
  encoded: Uint8Array<ArrayBuffer>,
  change: DeviceLogChange,
): Promise<VerifiedEntry> {
  const entry = await verifyDeviceLogEntry(encoded, { ...of, origin: config.publicOrigin });
  if (entry?.change !== change) throw new Refusal("device.certificate_invalid");
  return { entry, encoded, hash: await hashDeviceLogEntry(encoded) };
}
