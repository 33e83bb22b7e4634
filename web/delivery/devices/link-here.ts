import { describeServer } from "../../../src/protocol/accounts.ts";
import { cancelDeviceLink, offerDeviceLink, takeDeviceLink } from "../../../src/protocol/device-links.ts";
import type { LinkId } from "../../../src/protocol/ids.ts";
import { makeDeviceLink, offerOf, openFromDevice, writeCode } from "../../crypto/device-link.ts";
import { CryptoFailure } from "../../crypto/failure.ts";
import type { Account } from "../client.ts";
import { Failed, Refused, Unreachable } from "../failures.ts";
import { makeOwnDevice } from "./make-own-device.ts";
import { readOwnLog } from "./own-log.ts";

/** How often the server is asked whether a device has answered. */
const EVERY = 1_500;

/** A code on the screen of a browser that has no keys. */
export interface DeviceCode {
  readonly code: string;
  /** Milliseconds. */
  readonly expiresAt: number;
}

interface Hooks {
  readonly show: (shown: DeviceCode | undefined, failure?: string) => void;
  /** The keys are here: register the device that was made of them. */
  readonly linked: () => void;
}

/** Shows a code and waits until a device of the account has sealed the keys to it; answers how to call it off. */
export function linkHere(account: Account, hooks: Hooks): () => void {
  let ended = false;
  let called = () => {};
  const work = async () => {
    const { origin } = await account.call(describeServer, {});
    const link = makeDeviceLink();
    const offer = await offerOf(link);
    const name = account.platform.deviceName;
    const { expiresAt } = await account.call(offerDeviceLink, { ...offer, name });
    const { linkId } = offer;
    called = () => void account.call(cancelDeviceLink, { linkId }).catch(() => undefined);
    if (ended) return called();
    hooks.show({ code: await writeCode(link.secret), expiresAt });
    const sealed = await answered(account, linkId, () => ended);
    if (!sealed) return;
    const { accountId } = account;
    const keys = await openFromDevice(link, { accountId, origin, sealed });
    const { encoded } = await readOwnLog(account, keys);
    if (ended) return;
    await makeOwnDevice(account, keys, { log: encoded, retires: [] });
    hooks.linked();
  };
  work().catch((cause) => {
    if (!ended) hooks.show(undefined, failureOf(cause));
  });
  return () => {
    ended = true;
    called();
  };
}

/** Undefined once it is called off. */
async function answered(
  account: Account,
  linkId: LinkId,
  isEnded: () => boolean,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  while (!isEnded()) {
    await new Promise((resolve) => setTimeout(resolve, EVERY));
    if (isEnded()) return undefined;
    try {
      const { sealed } = await account.call(takeDeviceLink, { linkId });
      if (sealed) return sealed;
    } catch (cause) {
      // A network that is away for a moment ends nothing.
      if (!(cause instanceof Unreachable)) throw cause;
    }
  }
  return undefined;
}

function failureOf(cause: unknown): string {
  if (cause instanceof Refused || cause instanceof Failed) return cause.code;
  if (cause instanceof Unreachable) return "unreachable";
  if (cause instanceof CryptoFailure) return "device_link_wrong";
  throw cause;
}
