import { type AccountCard, findAccount } from "../../../src/protocol/accounts.ts";
import { claimKeyPackages, listDevices } from "../../../src/protocol/devices.ts";
import type { AccountId, DeviceId } from "../../../src/protocol/ids.ts";
import { type Group, listMembers } from "../../crypto/group.ts";
import type { Client } from "../client.ts";
import { Failed, Refused } from "../failures.ts";
import { isNameOfAnother, rootOf, same } from "../inbox/pins.ts";

/** One change takes so many; a group grows by several. */
export const MOST_PEOPLE = 50;
const MOST_DEVICES = 100;

type Named = Pick<AccountCard, "accountId" | "username">;

export interface Invited extends Named {
  readonly root: Uint8Array<ArrayBuffer>;
}

interface Offer {
  readonly deviceId: DeviceId;
  readonly keyPackage: Uint8Array<ArrayBuffer>;
}

/** These people by exact username. */
export async function findPeople(client: Client, usernames: readonly string[]): Promise<Invited[]> {
  const people = new Map<AccountId, Invited>();
  for (const username of usernames) {
    const card = await client.call(findAccount, { username });
    if (card.accountId === client.accountId) continue;
    people.set(card.accountId, { ...card, root: await rootToWriteTo(client, card) });
  }
  if (people.size > MOST_PEOPLE) throw new Failed("too_many_people");
  return [...people.values()];
}

/** A key package of each of their devices. */
export async function claimOf(client: Client, people: readonly Pick<Named, "accountId">[]): Promise<Offer[]> {
  const keyPackages: Offer[] = [];
  for (const { accountId } of people) keyPackages.push(...(await claim(client, accountId)));
  if (keyPackages.length > MOST_DEVICES) throw new Failed("too_many_people");
  return keyPackages;
}

/** Refuses whoever cannot be written to yet, and whoever is not the one this name belonged to. */
export async function rootToWriteTo(client: Client, card: AccountCard): Promise<Uint8Array<ArrayBuffer>> {
  if (!card.rootPublicKey) throw new Refused("key_package.none", "");
  const pinned = await client.vault.read("pins", card.accountId);
  if (pinned && !same(pinned.root, card.rootPublicKey)) throw new Failed("identity_changed");
  if (!pinned && (await isNameOfAnother(client.vault, card))) throw new Failed("identity_changed");
  return card.rootPublicKey;
}

/** Whoever was looked up must be whose devices were handed out. */
export function demandRoots(group: Group, people: readonly Invited[]): void {
  const members = listMembers(group);
  const isWrong = people.some(({ accountId, root }) => {
    const shown = rootOf(members, accountId);
    return !shown || !same(shown, root);
  });
  if (isWrong) throw new Failed("identity_changed");
}

export async function claim(client: Client, accountId: AccountId): Promise<Offer[]> {
  const { devices } = await client.call(claimKeyPackages, { accountId });
  return devices.filter(({ deviceId }) => deviceId !== client.deviceId);
}

export async function claimForOwnOthers(client: Client): Promise<Offer[]> {
  const { devices } = await client.call(listDevices, {});
  return devices.length > 1 ? claim(client, client.accountId) : [];
}
