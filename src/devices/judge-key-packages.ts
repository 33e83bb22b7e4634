import type { App } from "../app.ts";
import { loadMls } from "../mls/load-mls.ts";
import { POST_QUANTUM } from "../protocol/devices.ts";
import type { AccountId, DeviceId } from "../protocol/ids.ts";
import { equalBytes } from "../protocol/signing.ts";
import { Refusal } from "../refusal.ts";

type Bytes = Uint8Array<ArrayBuffer>;

export interface KeyPackageOwner {
  readonly accountId: AccountId;
  readonly deviceId: DeviceId;
  readonly signaturePublicKey: Bytes;
  readonly credential: Bytes;
}

export interface Offer {
  readonly keyPackages: readonly Bytes[];
  readonly lastResort?: Bytes | undefined;
}

export interface JudgedKeyPackage {
  readonly ref: Bytes;
  readonly bytes: Bytes;
  readonly lastResort: boolean;
  /** Milliseconds. */
  readonly expiresAt: number;
}

/** Each must verify, be of this very device, and still be good for something; otherwise none is taken. */
export async function judgeKeyPackages(
  app: App,
  owner: KeyPackageOwner,
  { keyPackages, lastResort }: Offer,
): Promise<JudgedKeyPackage[]> {
  const judged = await Promise.all(keyPackages.map((bytes) => judge(app, owner, bytes, false)));
  if (lastResort !== undefined) judged.push(await judge(app, owner, lastResort, true));
  return judged;
}

async function judge(
  app: App,
  owner: KeyPackageOwner,
  bytes: Bytes,
  lastResort: boolean,
): Promise<JudgedKeyPackage> {
  const { readKeyPackage } = await loadMls();
  const read = await readKeyPackage(bytes, { origin: app.config.publicOrigin, now: app.clock.now() });
  const isOwn =
    read.accountId === owner.accountId &&
    read.deviceId === owner.deviceId &&
    equalBytes(read.signaturePublicKey, owner.signaturePublicKey) &&
    equalBytes(read.credential, owner.credential);
  // Direct conversations and groups are founded in it, so a device must be reachable in it.
  if (!isOwn || read.suite !== POST_QUANTUM) throw new Refusal("key_package.invalid");
  return { ref: read.ref, bytes, lastResort, expiresAt: read.notAfter };
}
