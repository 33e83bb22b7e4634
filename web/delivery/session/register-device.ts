import * as v from "valibot";
import { describeServer, type Me } from "../../../src/protocol/accounts.ts";
import { decodeBinary, encodeBinary } from "../../../src/protocol/codec.ts";
import { attachDevice, KEY_PACKAGES, registerDevice } from "../../../src/protocol/devices.ts";
import { type DeviceId, newId } from "../../../src/protocol/ids.ts";
import { createDevice, type Device, decodeDevice, encodeDevice, proveDevice } from "../../crypto/device.ts";
import { createIdentity, encodeIdentity } from "../../crypto/identity.ts";
import { makeKeyPackages } from "../../crypto/key-packages.ts";
import type { Records } from "../../storage/records.ts";
import { type Account, locked } from "../client.ts";
import { Refused } from "../failures.ts";
import { keepPrivateHalves } from "./refill-key-packages.ts";

type Identity = Records["identity"];

const registration = v.omit(registerDevice.input, ["proof"]);

export interface OwnDevice {
  readonly deviceId: DeviceId;
  readonly device: Device;
}

/** The device as it lies in storage, once it has been registered: enough to begin without network. */
export async function storedDevice(account: Account): Promise<OwnDevice | undefined> {
  const identity = await account.vault.read("identity", "device");
  return identity?.registration === null ? own(identity) : undefined;
}

/**
 * This browser's device, registered and attached to the session: made once, when the account has none
 * anywhere. Undefined when the account's encryption lives elsewhere.
 */
export async function ensureDevice(account: Account, me: Me): Promise<OwnDevice | undefined> {
  const stored = await account.vault.read("identity", "device");
  if (!stored && me.devices > 0) return undefined;
  const identity = stored ?? (await makeIdentity(account));
  if (me.deviceId === identity.deviceId) return settled(account, identity);
  if (me.devices > 0) return (await attach(account, identity, me)) ? settled(account, identity) : undefined;
  if (identity.registration === null) return undefined;
  return (await register(account, identity.registration, me)) ? settled(account, identity) : undefined;
}

async function makeIdentity(account: Account): Promise<Identity> {
  const { origin } = await account.call(describeServer, {});
  const now = account.platform.clock.now();
  const deviceId = newId<DeviceId>();
  const keys = await createIdentity({ accountId: account.accountId, origin });
  const { device, logEntry } = await createDevice(keys, { deviceId, now, log: [] });
  const keyPackages = await makeKeyPackages(device, { count: KEY_PACKAGES.full, now });
  const [lastResort] = await makeKeyPackages(device, { count: 1, now, lastResort: true });
  if (!lastResort) throw new Error("no key package was made");
  const request = {
    deviceId,
    name: account.platform.deviceName,
    credential: device.credential,
    keyPackages: keyPackages.map(({ publicBytes }) => publicBytes),
    lastResort: lastResort.publicBytes,
    logEntry,
  };
  const identity: Identity = {
    deviceId,
    origin,
    keys: encodeIdentity(keys),
    device: encodeDevice(device),
    registration: encodeBinary(request),
  };
  return locked(account, async (change) => {
    const other = await change.read("identity", "device");
    if (other) return other;
    change.put("identity", "device", identity);
    keepPrivateHalves(change, [...keyPackages, lastResort]);
    return identity;
  });
}

async function register(account: Account, request: Uint8Array, me: Me): Promise<boolean> {
  const { device } = own(await readIdentity(account));
  const input = v.parse(registration, decodeBinary(request));
  const proof = await proveDevice(device, me.deviceChallenge);
  return unlessRefused(() => account.call(registerDevice, { ...input, proof }), ["device.exists"]);
}

/** A registration whose answer was lost shows here too: the device is known already. */
async function attach(account: Account, identity: Identity, me: Me): Promise<boolean> {
  const { deviceId, device } = own(identity);
  const proof = await proveDevice(device, me.deviceChallenge);
  return unlessRefused(
    () => account.call(attachDevice, { deviceId, proof }),
    ["device.not_found", "device.proof_invalid"],
  );
}

async function unlessRefused(work: () => Promise<unknown>, codes: readonly string[]): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (cause) {
    if (cause instanceof Refused && codes.includes(cause.code)) return false;
    throw cause;
  }
}

async function readIdentity(account: Account): Promise<Identity> {
  const identity = await account.vault.read("identity", "device");
  if (!identity) throw new Error("the identity is gone");
  return identity;
}

async function settled(account: Account, identity: Identity): Promise<OwnDevice> {
  if (identity.registration !== null) {
    await locked(account, async (change) => {
      const stored = await change.read("identity", "device");
      if (stored) change.put("identity", "device", { ...stored, registration: null });
    });
  }
  return own(identity);
}

function own(identity: Identity): OwnDevice {
  return { deviceId: identity.deviceId, device: decodeDevice(identity.device) };
}
