import type * as v from "valibot";
import { encodeBinary } from "../../../src/protocol/codec.ts";
import { KEY_PACKAGES, type registerDevice } from "../../../src/protocol/devices.ts";
import { type DeviceId, newId } from "../../../src/protocol/ids.ts";
import { appendToLog, createDevice, decodeDevice, encodeDevice } from "../../crypto/device.ts";
import { decodeIdentity, encodeIdentity, type Identity } from "../../crypto/identity.ts";
import { makeKeyPackages } from "../../crypto/key-packages.ts";
import type { Records } from "../../storage/records.ts";
import { type Account, locked } from "../client.ts";
import { keepPrivateHalves } from "../session/refill-key-packages.ts";
import { readOwnLog } from "./own-log.ts";

/**
 * A device of this identity with all that registering it takes, kept here before anything leaves. Where this browser
 * has one already that one is answered, and nothing is made.
 */
export async function makeOwnDevice(
  account: Account,
  keys: Identity,
  of: {
    /** The account's device log so far, with `retires` at its end. */
    readonly log: readonly Uint8Array[];
    /** Entries of it that the server is told together with the new device. */
    readonly retires: readonly Uint8Array[];
  },
): Promise<Records["identity"]> {
  const now = account.platform.clock.now();
  const deviceId = newId<DeviceId>();
  const { device, logEntry } = await createDevice(keys, { deviceId, now, log: of.log });
  const keyPackages = await makeKeyPackages(device, { count: KEY_PACKAGES.full, now });
  const [lastResort] = await makeKeyPackages(device, { count: 1, now, lastResort: true });
  if (!lastResort) throw new Error("no key package was made");
  const request = {
    deviceId,
    name: account.platform.deviceName,
    credential: device.credential,
    keyPackages: keyPackages.map(({ publicBytes }) => publicBytes),
    lastResort: lastResort.publicBytes,
    retires: of.retires,
    logEntry,
  };
  const identity: Records["identity"] = {
    deviceId,
    origin: keys.origin,
    keys: encodeIdentity(keys),
    device: encodeDevice(device),
    registration: encodeBinary(request),
    ...(of.log.length > 0 ? { joined: true as const } : {}),
  };
  return locked(account, async (change) => {
    const other = await change.read("identity", "device");
    if (other) return other;
    change.put("identity", "device", identity);
    keepPrivateHalves(change, [...keyPackages, lastResort]);
    return identity;
  });
}

type Registration = Omit<v.InferOutput<typeof registerDevice.input>, "proof">;

/** The same device, told by entries that follow the log as it is now; whatever is to be retired stands there now too. */
export async function tellAnew(account: Account, input: Registration): Promise<Uint8Array<ArrayBuffer>> {
  const kept = await account.vault.read("identity", "device");
  if (!kept) throw new Error("the identity is gone");
  const keys = await decodeIdentity(kept.keys);
  const { deviceId, signaturePublicKey } = decodeDevice(kept.device);
  const { encoded, live } = await readOwnLog(account, keys);
  const at = account.platform.clock.now();
  const retires: Uint8Array<ArrayBuffer>[] = [];
  for (const [lost, names] of input.retires.length > 0 ? live : [])
    retires.push(
      await appendToLog(keys, [...encoded, ...retires], { change: "removed", deviceId: lost, names, at }),
    );
  const added = { change: "added" as const, deviceId, names: signaturePublicKey, at };
  const logEntry = await appendToLog(keys, [...encoded, ...retires], added);
  const registration = encodeBinary({ ...input, retires, logEntry });
  await locked(account, async (change) => {
    const now = await change.read("identity", "device");
    if (now) change.put("identity", "device", { ...now, registration });
  });
  return registration;
}
