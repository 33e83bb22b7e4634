import type { AccountId } from "../../../src/protocol/ids.ts";
import type { Member } from "../../crypto/group.ts";
import { EVERYTHING } from "../../storage/key.ts";
import type { Stranger } from "../../storage/records.ts";
import type { Change, Reader } from "../../storage/vault.ts";
import type { Client } from "../client.ts";

const MOST_PINS = 100_000;

/**
 * Pins the root key at first sight. False when another one was pinned before, for the account or for another
 * account of this name: then nothing may be sent.
 */
export async function pin(
  change: Change,
  seen: { accountId: AccountId; username: string; root: Uint8Array<ArrayBuffer>; now: number },
): Promise<boolean> {
  const pinned = await change.read("pins", seen.accountId);
  if (pinned) return same(pinned.root, seen.root);
  const { username, root, now } = seen;
  const names = await namesIn(change);
  if ((names.get(username) ?? seen.accountId) !== seen.accountId) return false;
  names.set(username, seen.accountId);
  change.put("pins", seen.accountId, { username, root, seenAt: now, firstUse: true });
  return true;
}

const named = new WeakMap<Change, Promise<Map<string, AccountId>>>();

/** Whose each name is. Listed once in a change: a channel of a thousand is pinned in one. */
function namesIn(change: Change): Promise<Map<string, AccountId>> {
  const known = named.get(change) ?? listNames(change);
  named.set(change, known);
  return known;
}

async function listNames(change: Change): Promise<Map<string, AccountId>> {
  const pinned = await change.list("pins", { ...EVERYTHING, limit: MOST_PINS });
  return new Map(pinned.map(({ key, value }) => [value.username, key as AccountId]));
}

/** Names come from the server alone: one that is known already must not lead to somebody else. */
export async function isNameOfAnother(
  reader: Reader,
  { accountId, username }: { readonly accountId: AccountId; readonly username: string },
): Promise<boolean> {
  const pinned = await reader.list("pins", { ...EVERYTHING, limit: MOST_PINS });
  return pinned.some(({ key, value }) => value.username === username && key !== accountId);
}

/** The root key all of an account's leaves share; undefined when it has none or they disagree. */
export function rootOf(members: readonly Member[], account: AccountId): Uint8Array<ArrayBuffer> | undefined {
  const [first, ...others] = members.filter(({ accountId }) => accountId === account);
  if (!first) return undefined;
  return others.every(({ rootPublicKey }) => same(rootPublicKey, first.rootPublicKey))
    ? new Uint8Array(first.rootPublicKey)
    : undefined;
}

/** Whoever of these was seen before has the root of then. */
export async function arePinned(reader: Reader, members: readonly Member[]): Promise<boolean> {
  for (const { accountId, rootPublicKey } of members) {
    const pinned = await reader.read("pins", accountId);
    if (pinned && !same(rootPublicKey, pinned.root)) return false;
  }
  return true;
}

/** Whoever of these was seen before with another root, or goes by the name of somebody else. */
export async function strangersAmong(
  reader: Reader,
  members: readonly Member[],
  named: readonly { readonly accountId: AccountId; readonly username: string }[],
): Promise<Stranger[]> {
  const strangers: Stranger[] = [];
  for (const accountId of new Set(members.map((one) => one.accountId))) {
    const pinned = await reader.read("pins", accountId);
    const root = rootOf(members, accountId);
    const username = pinned?.username ?? named.find((one) => one.accountId === accountId)?.username ?? "";
    const isKnown = pinned
      ? root && same(pinned.root, root)
      : username === "" || !(await isNameOfAnother(reader, { accountId, username }));
    if (root && !isKnown) strangers.push({ accountId, username, root });
  }
  return strangers;
}

/** A direct conversation holds its two accounts and nobody else. */
export function onlyThese(members: readonly Member[], client: Client, peer: AccountId): boolean {
  return members.every(({ accountId }) => accountId === client.accountId || accountId === peer);
}

export function same(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, place) => byte === other[place]);
}
