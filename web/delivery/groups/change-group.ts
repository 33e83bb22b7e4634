import type { AccountId, ConversationId, MessageId } from "../../../src/protocol/ids.ts";
import type { RefusalCode } from "../../../src/protocol/refusals.ts";
import { type Rank, type RoleList, rankOf } from "../../../src/protocol/role-list.ts";
import { addDevices, type CommitMade, changeRoles, removeDevices } from "../../crypto/commit.ts";
import { CryptoFailure } from "../../crypto/failure.ts";
import { type Group, listMembers } from "../../crypto/group.ts";
import type { Client } from "../client.ts";
import { Failed, Refused, Unreachable } from "../failures.ts";
import { commitProposals } from "./commit-proposals.ts";
import { readGroup } from "./group-at-rest.ts";
import { demandRoots, offersOf } from "./invite-people.ts";
import { isOut } from "./people.ts";
import { rolesWithout } from "./roles-without.ts";
import { deliverCommit, sendCommit } from "./send-commit.ts";

const TRIES = 8;

/** With all their devices; who is in already is passed over. */
export async function addMembers(
  client: Client,
  id: ConversationId,
  usernames: readonly string[],
): Promise<void> {
  await addOffered(client, id, await offersOf(client, usernames));
}

/** Whoever was removed before, and is added by somebody in charge, may come by links again. */
export async function addOffered(
  client: Client,
  id: ConversationId,
  { people, keyPackages }: Awaited<ReturnType<typeof offersOf>>,
): Promise<void> {
  const now = client.platform.clock.now();
  await changeGroup(client, id, async (group, commitId) => {
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
  });
}

/** All devices of the account, and the rank it had. */
export function removeMember(client: Client, id: ConversationId, account: AccountId): Promise<void> {
  return changeGroup(client, id, async (group, commitId) => {
    const deviceIds = devicesOf(group, account);
    if (deviceIds.length === 0) return undefined;
    return removeDevices(group, { commitId, deviceIds, roles: rolesBarring(group.roles, account) });
  });
}

/** Nobody whom a link lets in, from now on. Whoever is inside stays. */
export function barMember(client: Client, id: ConversationId, account: AccountId): Promise<void> {
  return changeGroup(client, id, async (group, commitId) => {
    if (devicesOf(group, account).length > 0 || group.roles.barred?.includes(account)) return undefined;
    return changeRoles(group, { commitId, roles: rolesBarring(group.roles, account) });
  });
}

export function setRank(client: Client, id: ConversationId, account: AccountId, rank: Rank): Promise<void> {
  return changeGroup(client, id, async (group, commitId) => {
    if (devicesOf(group, account).length === 0) throw new Refused("account.not_found", "");
    const roles = rolesWith(group.roles, account, rank);
    return roles && changeRoles(group, { commitId, roles });
  });
}

type Make = (group: Group, commitId: MessageId) => Promise<CommitMade | undefined>;

/** Made anew on what is there now for as long as others' changes come first. Nothing when it is so already. */
export async function changeGroup(client: Client, id: ConversationId, make: Make): Promise<void> {
  let refusal: RefusalCode | undefined;
  const note = (code: RefusalCode) => {
    refusal = code;
  };
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    /** What waits already goes first. */
    await orWait(client, id, deliverCommit(client, id), false);
    await orWait(client, id, commitProposals(client, id), false);
    let made: CommitMade | undefined;
    const sent = await orWait(
      client,
      id,
      sendCommit(
        client,
        id,
        "change",
        async (change, conversation, commitId) => {
          made = undefined;
          if (conversation.state !== "ready") throw new Refused("commit.epoch_passed", "");
          const group = await readGroup(client, change, id);
          if (group) made = await make(group, commitId);
          return made;
        },
        note,
      ),
      true,
    );
    if (made && sent === "adopted") return client.tend(id);
    if (!made && sent === "none") return demandInside(client, id);
    if (made && sent === "refused" && refusal !== "commit.epoch_passed")
      throw new Refused(refusal ?? "commit.not_allowed", "");
  }
  throw new Refused("commit.epoch_passed", "");
}

async function demandInside(client: Client, id: ConversationId): Promise<void> {
  const conversation = await client.vault.read("conversations", id);
  if (!conversation || isOut(conversation)) throw new Refused("conversation.not_found", "");
  if (conversation.state === "frozen") throw new Failed("crypto");
}

/** A kept change is not lost when the network is: it goes out later, byte for byte. */
async function orWait<Answer>(
  client: Client,
  id: ConversationId,
  work: Promise<Answer>,
  isKept: boolean,
): Promise<Answer> {
  try {
    return await work;
  } catch (cause) {
    if (cause instanceof CryptoFailure && cause.reason === "not_allowed")
      throw new Refused("commit.not_allowed", "");
    if (!(isKept && cause instanceof Unreachable)) throw cause;
    client.tend(id);
    throw new Failed("change_waits");
  }
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
