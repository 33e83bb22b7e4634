import { appendToLog } from "../../web/crypto/device.ts";
import { makeDeviceLink, offerOf, openFromDevice, sealToDevice } from "../../web/crypto/device-link.ts";
import type { Identity } from "../../web/crypto/identity.ts";
import { makeRecoveryKey, sealVault } from "../../web/crypto/vault.ts";
import type { MadeDevice } from "./make-device.ts";
import type { Person } from "./people.ts";
import type { TestApp } from "./test-app.ts";

/** A browser that asks for the keys: what it tells the server, and what it does with the answer. */
export async function newBrowser(test: TestApp, { me: { accountId } }: Person) {
  const link = makeDeviceLink();
  const origin = test.app.config.publicOrigin;
  return {
    offered: { ...(await offerOf(link)), name: "Chrome on Android" },
    /** As a device does that was told the secret. */
    sealed: (identity: Identity, publicKey: Uint8Array<ArrayBuffer>) =>
      sealToDevice(identity, { ...link, publicKey }),
    open: (sealed: Uint8Array<ArrayBuffer>) => openFromDevice(link, { accountId, origin, sealed }),
  };
}

/** The log's next entry, by which this device is removed. */
export function removalOf(
  test: TestApp,
  { device, identity }: MadeDevice,
  log: readonly Uint8Array[],
): Promise<Uint8Array<ArrayBuffer>> {
  const { deviceId, signaturePublicKey: names } = device;
  return appendToLog(identity, log, { change: "removed", deviceId, names, at: test.clock.now() });
}

export async function vaultOf(test: TestApp, { device, identity }: MadeDevice, log: readonly Uint8Array[]) {
  const { entropy } = identity;
  if (!entropy) throw new Error("an identity without its words");
  const recoveryKey = await makeRecoveryKey({ ...identity, entropy });
  return sealVault(identity, { recoveryKey, deviceId: device.deviceId, log, now: test.clock.now() });
}
