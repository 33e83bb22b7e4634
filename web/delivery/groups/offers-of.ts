import type { AccountCard } from "../../../src/protocol/accounts.ts";
import { findAccount } from "../../../src/protocol/accounts.ts";
import type { AccountId } from "../../../src/protocol/ids.ts";
import { type Group, listMembers } from "../../crypto/group.ts";
import type { Client } from "../client.ts";
import { Failed } from "../failures.ts";
import { rootOf, same } from "../inbox/pins.ts";
import { claim, type Offer, rootToWriteTo } from "./invite-people.ts";

/** One change takes so many; a group grows by several. */
export const MOST_PEOPLE = 50;
const MOST_DEVICES = 100;

type Named = Pick<AccountCard, "accountId" | "username">;

export interface Invited extends Named {
  readonly root: Uint8Array<ArrayBuffer>;
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

/** Whoever was looked up must be whose devices were handed out. */
export function demandRoots(group: Group, people: readonly Invited[]): void {
  const members = listMembers(group);
  const isWrong = people.some(({ accountId, root }) => {
    const shown = rootOf(members, accountId);
    return !shown || !same(shown, root);
  });
  if (isWrong) throw new Failed("identity_changed");
}
