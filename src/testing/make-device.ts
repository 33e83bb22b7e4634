import type * as v from "valibot";
import { createDevice, type Device, proveDevice } from "../../web/crypto/device.ts";
import { createIdentity, type Identity } from "../../web/crypto/identity.ts";
import { type KeyPackageMade, makeKeyPackages } from "../../web/crypto/key-packages.ts";
import { whoAmI } from "../protocol/accounts.ts";
import { registerDevice } from "../protocol/devices.ts";
import { type DeviceId, newId } from "../protocol/ids.ts";
import type { Person } from "./people.ts";
import type { TestApp } from "./test-app.ts";

export interface MadeDevice {
  readonly identity: Identity;
  readonly device: Device;
  readonly registration: v.InferInput<typeof registerDevice.input>;
  /** What others can reach it with, and with what it opens their Welcomes. */
  readonly offered: readonly KeyPackageMade[];
}

interface Wishes {
  /** Another device of the same account. */
  readonly identity?: Identity;
  readonly log?: readonly Uint8Array[];
  readonly keyPackages?: number;
}

/** A device as the real client makes it, with all that registering it takes. Not registered yet. */
export async function makeDevice(test: TestApp, { me }: Person, wishes: Wishes = {}): Promise<MadeDevice> {
  const { accountId } = me;
  const origin = test.app.config.publicOrigin;
  const now = test.clock.now();
  const identity = wishes.identity ?? (await createIdentity({ accountId, origin }));
  const deviceId = newId<DeviceId>();
  const { device, logEntry } = await createDevice(identity, { deviceId, now, log: wishes.log ?? [] });
  const offered = await makeKeyPackages(device, { count: wishes.keyPackages ?? 1, now });
  return {
    identity,
    device,
    offered,
    registration: {
      deviceId,
      name: "Firefox on Linux",
      credential: device.credential,
      proof: await prove(device, me.deviceChallenge),
      keyPackages: offered.map(({ publicBytes }) => publicBytes),
      lastResort: await offerLastResort(test, device),
      logEntry,
    },
  };
}

export async function registerNewDevice(
  test: TestApp,
  person: Person,
  wishes: Wishes = {},
): Promise<MadeDevice> {
  const made = await makeDevice(test, person, wishes);
  const { status } = await test.call(registerDevice, made.registration, person);
  if (status !== 200) throw new Error(`the device of ${person.username} was not taken: ${status}`);
  return made;
}

export async function prove(device: Device, challenge: string): Promise<Uint8Array<ArrayBuffer>> {
  return Uint8Array.from(await proveDevice(device, challenge));
}

export async function offer(
  test: TestApp,
  device: Device,
  count: number,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const made = await makeKeyPackages(device, { count, now: test.clock.now() });
  return made.map(({ publicBytes }) => publicBytes);
}

export async function offerLastResort(test: TestApp, device: Device): Promise<Uint8Array<ArrayBuffer>> {
  const [made] = await makeKeyPackages(device, { count: 1, now: test.clock.now(), lastResort: true });
  if (made === undefined) throw new Error("no key package was made");
  return made.publicBytes;
}

/** What the server says of the person's session now. */
export async function meNow(test: TestApp, person: Person) {
  const { output } = await test.call(whoAmI, {}, person);
  return output.me;
}
