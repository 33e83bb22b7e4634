import * as v from "valibot";
import { describeServer, type Me } from "../../../src/protocol/accounts.ts";
import { decodeBinary } from "../../../src/protocol/codec.ts";
import { attachDevice, registerDevice } from "../../../src/protocol/devices.ts";
import type { DeviceId } from "../../../src/protocol/ids.ts";
import { type Device, decodeDevice, proveDevice } from "../../crypto/device.ts";
import { createIdentity } from "../../crypto/identity.ts";
import type { Records } from "../../storage/records.ts";
import { type Account, locked } from "../client.ts";
import { makeOwnDevice } from "../devices/make-own-device.ts";
import { Refused } from "../failures.ts";

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
  if (me.devices > 0 && (await attach(account, identity, me))) return settled(account, identity);
  if (identity.registration === null) return undefined;
  return (await register(account, identity.registration, me)) ? settled(account, identity) : undefined;
}

async function makeIdentity(account: Account): Promise<Identity> {
  const { origin } = await account.call(describeServer, {});
  const keys = await createIdentity({ accountId: account.accountId, origin });
  return makeOwnDevice(account, keys, { log: [], retires: [] });
}

const TRIES = 5;

/** Another device may have written into the account's log meanwhile: then it is told anew. */
async function register(account: Account, first: Uint8Array, me: Me): Promise<boolean> {
  const { device } = own(await readIdentity(account));
  const proof = await proveDevice(device, me.deviceChallenge);
  for (let request = first, tries = 1; ; tries += 1) {
    const input = v.parse(registration, decodeBinary(request));
    try {
      return await unlessRefused(() => account.call(registerDevice, { ...input, proof }), ["device.exists"]);
    } catch (cause) {
      const isBehind = cause instanceof Refused && cause.code === "device.log_behind";
      if (!isBehind || tries === TRIES) throw cause;
      request = await (await import("../devices/make-own-device.ts")).tellAnew(account, input);
    }
  }
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
