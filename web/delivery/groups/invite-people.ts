import type { AccountCard } from "../../../src/protocol/accounts.ts";
import { claimKeyPackages, listDevices } from "../../../src/protocol/devices.ts";
import type { AccountId, DeviceId } from "../../../src/protocol/ids.ts";
import type { Client } from "../client.ts";
import { Failed, Refused } from "../failures.ts";
import { isNameOfAnother, same } from "../inbox/pins.ts";

export interface Offer {
  readonly deviceId: DeviceId;
  readonly keyPackage: Uint8Array<ArrayBuffer>;
}

/** Refuses whoever cannot be written to yet, and whoever is not the one this name belonged to. */
export async function rootToWriteTo(client: Client, card: AccountCard): Promise<Uint8Array<ArrayBuffer>> {
  if (!card.rootPublicKey) throw new Refused("key_package.none", "");
  const pinned = await client.vault.read("pins", card.accountId);
  if (pinned && !same(pinned.root, card.rootPublicKey)) throw new Failed("identity_changed");
  if (!pinned && (await isNameOfAnother(client.vault, card))) throw new Failed("identity_changed");
  return card.rootPublicKey;
}

export async function claim(client: Client, accountId: AccountId): Promise<Offer[]> {
  const { devices } = await client.call(claimKeyPackages, { accountId });
  return devices.filter(({ deviceId }) => deviceId !== client.deviceId);
}

export async function claimForOwnOthers(client: Client): Promise<Offer[]> {
  const { devices } = await client.call(listDevices, {});
  return devices.length > 1 ? claim(client, client.accountId) : [];
}
