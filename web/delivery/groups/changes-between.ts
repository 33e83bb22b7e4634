import type { AccountId } from "../../../src/protocol/ids.ts";
import { type RoleList, rankOf } from "../../../src/protocol/role-list.ts";
import { type Group, listMembers, removalsWaiting } from "../../crypto/group.ts";
import type { ConversationRecord, GroupChange } from "../../storage/records.ts";

/** What a commit did to people and ranks, for the timeline. */
export function changesBetween(before: Group, after: Group): GroupChange[] {
  const [were, are] = [accountsOf(before), accountsOf(after)];
  const added = are.filter((account) => !were.includes(account));
  const expelled = expelledBetween(before, after);
  const removed = were.filter((account) => !are.includes(account) && !expelled.includes(account));
  const ranked = are.flatMap((account): GroupChange[] => {
    const rank = rankOf(after.roles, account);
    const isNew = rankOf(before.roles, account) !== rank && were.includes(account);
    return isNew && !wasOwner(before.roles, account) ? [{ kind: "ranked", account, rank }] : [];
  });
  return [
    ...(added.length > 0 ? [{ kind: "added" as const, accounts: added }] : []),
    ...(removed.length > 0 ? [{ kind: "removed" as const, accounts: removed }] : []),
    ...(expelled.length > 0 ? [{ kind: "expelled" as const, accounts: expelled }] : []),
    ...ranked,
    ...(sameRights(before.roles, after.roles) ? [] : [{ kind: "rights" as const }]),
  ];
}

/** What became of people and ranks meanwhile, whoever did it, as this device knew them. */
export function changesSince(before: ConversationRecord, after: ConversationRecord): GroupChange[] {
  const ranks = new Map(before.people.map(({ accountId, rank }) => [accountId, rank]));
  const isAdded = (one: Person) => one.rank !== null && (ranks.get(one.accountId) ?? null) === null;
  const added = after.people.filter(isAdded).map(({ accountId }) => accountId);
  const removed = after.people.filter(({ accountId, rank }) => rank === null && ranks.get(accountId));
  const ranked = after.people.flatMap((one): GroupChange[] => {
    const { accountId: account, rank } = one;
    const was = isAdded(one) ? "member" : ranks.get(account);
    return rank && rank !== was && was !== "owner" ? [{ kind: "ranked", account, rank }] : [];
  });
  return [
    ...(added.length > 0 ? [{ kind: "added" as const, accounts: added }] : []),
    ...(removed.length > 0
      ? [{ kind: "removed" as const, accounts: removed.map(({ accountId }) => accountId) }]
      : []),
    ...ranked,
    ...(sameRights(before, after) ? [] : [{ kind: "rights" as const }]),
  ];
}

type Person = ConversationRecord["people"][number];

function sameRights(one: Pick<RoleList, "rights">, other: Pick<RoleList, "rights">): boolean {
  return JSON.stringify(one.rights) === JSON.stringify(other.rights);
}

/** Who is in no more because the server had proposed it. */
function expelledBetween(before: Group, after: Group): AccountId[] {
  const waiting = removalsWaiting(before).map(({ accountId }) => accountId);
  const are = waiting.length > 0 ? accountsOf(after) : [];
  return [...new Set(waiting)].filter((account) => !are.includes(account));
}

/** That the owner so far is an admin now goes without saying. */
function wasOwner(roles: RoleList, account: AccountId): boolean {
  return roles.owner === account;
}

function accountsOf(group: Group): AccountId[] {
  return [...new Set(listMembers(group).map(({ accountId }) => accountId))];
}
