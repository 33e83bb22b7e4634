import type { AccountId } from "../../../src/protocol/ids.ts";
import { type RoleList, rankOf } from "../../../src/protocol/role-list.ts";
import { type Group, listMembers, removalsWaiting } from "../../crypto/group.ts";
import type { GroupChange } from "../../storage/records.ts";

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

function sameRights(one: RoleList, other: RoleList): boolean {
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
