import { rightsOf } from "../../../src/protocol/choose-rights.ts";
import type { AccountId, MessageId } from "../../../src/protocol/ids.ts";
import { linkIdOf } from "../../../src/protocol/link-key.ts";
import { whoMayBy } from "../../../src/protocol/rights.ts";
import { type Rank, type RoleList, rankOf } from "../../../src/protocol/role-list.ts";
import { addDevices, type CommitMade, changeRoles, removeDevices } from "../../crypto/commit.ts";
import { type Group, listMembers } from "../../crypto/group.ts";
import type { GroupWish } from "../../storage/group-wish.ts";
import type { Client } from "../client.ts";
import { Failed, Refused } from "../failures.ts";
import { same } from "../inbox/pins.ts";
import { claimOf, demandRoots } from "./offers-of.ts";
import { rolesWithout } from "./roles-without.ts";

/** On the group as it is now; undefined when it is so already. */
export type Make = (group: Group, commitId: MessageId) => Promise<CommitMade | undefined>;

/** What has to be asked of the server is asked before: nothing goes over the network while a change is made. */
export async function prepareChange(client: Client, wish: GroupWish): Promise<Make> {
  switch (wish.kind) {
    case "add":
      return adding(client, wish, await claimOf(client, wish.people));
    case "remove":
      return removing(wish.accountId);
    case "bar":
      return barring(wish.accountId);
    case "rank":
      return ranking(wish.accountId, wish.rank);
    case "rights":
      return choosing(wish);
    case "link":
      return opening(wish);
    case "unlink":
      return closing(wish);
    case "end":
      return ending(client);
  }
}

type Wish<Kind extends GroupWish["kind"]> = Extract<GroupWish, { kind: Kind }>;

/** Whoever was removed before, and is added by somebody in charge, may come by links again. */
function adding(
  client: Client,
  { people }: Wish<"add">,
  keyPackages: Awaited<ReturnType<typeof claimOf>>,
): Make {
  const now = client.platform.clock.now();
  return async (group, commitId) => {
    if (group.roles.rights.channel) throw new Failed("by_link_only");
    const inside = new Set(listMembers(group).map(({ deviceId }) => deviceId));
    const fresh = keyPackages.filter(({ deviceId }) => !inside.has(deviceId));
    if (fresh.length === 0) return undefined;
    const offers = fresh.map(({ keyPackage }) => keyPackage);
    const rank = rankOf(group.roles, client.accountId);
    const isInCharge = rank === "owner" || rank === "admin";
    const accounts = people.map(({ accountId }) => accountId);
    const roles = isInCharge ? rolesLetting(group.roles, accounts) : undefined;
    const made = await addDevices(group, { commitId, keyPackages: offers, now, roles });
    demandRoots(made.pending, people);
    return made;
  };
}

/** All devices of the account, and the rank it had. */
function removing(account: AccountId): Make {
  return async (group, commitId) => {
    const deviceIds = devicesOf(group, account);
    if (deviceIds.length === 0) return undefined;
    return removeDevices(group, { commitId, deviceIds, roles: rolesBarring(group.roles, account) });
  };
}

/** Nobody whom a link lets in, from now on. Whoever is inside stays. */
function barring(account: AccountId): Make {
  return async (group, commitId) => {
    if (devicesOf(group, account).length > 0 || group.roles.barred?.includes(account)) return undefined;
    return changeRoles(group, { commitId, roles: rolesBarring(group.roles, account) });
  };
}

function ranking(account: AccountId, rank: Rank): Make {
  return async (group, commitId) => {
    if (devicesOf(group, account).length === 0) throw new Refused("account.not_found", "");
    const roles = rolesWith(group.roles, account, rank);
    return roles && changeRoles(group, { commitId, roles });
  };
}

/** Who may do what from now on, and how slowly they write; what is not named stays. */
function choosing({ chosen }: Wish<"rights">): Make {
  return async (group, commitId) => {
    const { channel } = group.roles.rights;
    const before = whoMayBy(group.roles.rights);
    const next = { ...before, ...chosen };
    if (JSON.stringify(before) === JSON.stringify(next)) return undefined;
    return changeRoles(group, {
      commitId,
      roles: { ...group.roles, rights: { ...rightsOf(next), ...(channel ? { channel } : {}) } },
    });
  };
}

function opening({ link }: Wish<"link">): Make {
  return async (group, commitId) => {
    const { roles } = group;
    if (roles.linkKeys.some(({ publicKey }) => same(publicKey, link.publicKey))) return undefined;
    return changeRoles(group, { commitId, roles: { ...roles, linkKeys: [...roles.linkKeys, link] } });
  };
}

function closing({ linkId }: Wish<"unlink">): Make {
  return async (group, commitId) => {
    const { roles } = group;
    const ids = await Promise.all(roles.linkKeys.map(({ publicKey }) => linkIdOf(publicKey)));
    const linkKeys = roles.linkKeys.filter((_, index) => ids[index] !== linkId);
    if (linkKeys.length === roles.linkKeys.length) return undefined;
    return changeRoles(group, { commitId, roles: { ...roles, linkKeys } });
  };
}

/** Everybody else is taken out in one change that says so. */
function ending(client: Client): Make {
  return async (group, commitId) => {
    const { roles } = group;
    if (roles.owner !== client.accountId) throw new Refused("commit.not_allowed", "");
    const others = listMembers(group).filter(({ accountId }) => accountId !== client.accountId);
    if (others.length === 0) return undefined;
    const { barred: _, ...rest } = roles;
    const ended = { ...rest, admins: [], moderators: [], linkKeys: [], ended: true as const };
    return removeDevices(group, {
      commitId,
      deviceIds: others.map(({ deviceId }) => deviceId),
      roles: ended,
    });
  };
}

function devicesOf(group: Group, account: AccountId) {
  const leaves = listMembers(group).filter(({ accountId }) => accountId === account);
  return leaves.map(({ deviceId }) => deviceId);
}

const MOST_BARRED = 1000;

/** Neither a link lets them in again, nor do those that they made. */
function rolesBarring(roles: RoleList, account: AccountId): RoleList {
  const others = (roles.barred ?? []).filter((one) => one !== account);
  return {
    ...(rolesWithout(roles, account) ?? roles),
    linkKeys: roles.linkKeys.filter(({ by }) => by !== account),
    barred: [...others, account].slice(-MOST_BARRED),
  };
}

/** Undefined when none of them was barred. */
function rolesLetting(roles: RoleList, accounts: readonly AccountId[]): RoleList | undefined {
  const { barred = [], ...rest } = roles;
  const left = barred.filter((one) => !accounts.includes(one));
  if (left.length === barred.length) return undefined;
  return left.length > 0 ? { ...rest, barred: left } : rest;
}

/** Undefined when it is so already. The owner has that rank until somebody else is given it. */
export function rolesWith(roles: RoleList, account: AccountId, rank: Rank): RoleList | undefined {
  if (roles.owner === account) return undefined;
  const rest = rolesWithout(roles, account) ?? roles;
  if (rank === "owner" && roles.owner !== null)
    return { ...rest, owner: account, admins: [...rest.admins, roles.owner] };
  if (rank === "admin")
    return roles.admins.includes(account) ? undefined : { ...rest, admins: [...rest.admins, account] };
  if (rank === "moderator")
    return roles.moderators.includes(account)
      ? undefined
      : { ...rest, moderators: [...rest.moderators, account] };
  return rest === roles ? undefined : rest;
}
