import type { AccountId } from "../../../src/protocol/ids.ts";
import { type RoleList, rankOf } from "../../../src/protocol/role-list.ts";
import { type Group, listMembers } from "../../crypto/group.ts";
import type { ConversationRecord, GroupChange, MemberRecord } from "../../storage/records.ts";
import type { Reader } from "../../storage/vault.ts";

/** Read marks are sent up to this many people. */
export const MOST_READ_MARKS = 50;

/** Who is in the group as its tree and role list say, at a place in the conversation; whoever left stays known. */
export async function withPeople(
  reader: Reader,
  conversation: ConversationRecord,
  group: Group,
  sequence: number,
): Promise<ConversationRecord> {
  if (group.roles.kind !== "group") return conversation;
  const inside = new Set(listMembers(group).map(({ accountId }) => accountId));
  const departures = conversation.departures.filter(({ accountId }) => inside.has(accountId));
  for (const { accountId } of departures) inside.delete(accountId);
  const people: MemberRecord[] = [];
  for (const one of conversation.people) {
    const isIn = inside.delete(one.accountId);
    const isBack = isIn && one.rank === null ? since(sequence) : {};
    people.push({ ...one, ...isBack, rank: isIn ? rankOf(group.roles, one.accountId) : null });
  }
  for (const accountId of inside) {
    const username = (await reader.read("pins", accountId))?.username ?? "";
    people.push({ accountId, username, rank: rankOf(group.roles, accountId), ...since(sequence) });
  }
  const membersMayAdd = group.roles.rights.addMembers === "members";
  return { ...conversation, people, departures, membersMayAdd };
}

function since(sequence: number) {
  return { joined: sequence, delivered: sequence, read: sequence };
}

export function isIn({ people }: ConversationRecord, account: AccountId): boolean {
  return people.some(({ accountId, rank }) => accountId === account && rank !== null);
}

/** This account is in the group no more. */
export function isOut({ state, frozenBy }: ConversationRecord): boolean {
  return state === "frozen" && (frozenBy === "removed" || frozenBy === "left");
}

/** The group's marks go by the slowest of the others; without others by nobody. */
export function withSlowest(me: AccountId, conversation: ConversationRecord): ConversationRecord {
  if (conversation.kind !== "group") return conversation;
  const others = conversation.people.filter(({ accountId, rank }) => rank !== null && accountId !== me);
  if (others.length === 0) return conversation;
  const delivered = Math.min(...others.map((one) => one.delivered));
  return { ...conversation, delivered, read: Math.min(...others.map((one) => one.read)) };
}

/** How far somebody's devices, and eyes, are. */
export function withMark(
  conversation: ConversationRecord,
  account: AccountId,
  mark: { readonly delivered?: number; readonly read?: number },
): ConversationRecord {
  const people = conversation.people.map((one) => {
    if (one.accountId !== account) return one;
    const read = Math.max(one.read, mark.read ?? 0);
    return { ...one, read, delivered: Math.max(one.delivered, mark.delivered ?? 0, read) };
  });
  return { ...conversation, people };
}

/** What a commit did to people and ranks, for the timeline. */
export function changesBetween(before: Group, after: Group): GroupChange[] {
  const [were, are] = [accountsOf(before), accountsOf(after)];
  const added = are.filter((account) => !were.includes(account));
  const removed = were.filter((account) => !are.includes(account));
  const ranked = are.flatMap((account): GroupChange[] => {
    const rank = rankOf(after.roles, account);
    const isNew = rankOf(before.roles, account) !== rank && were.includes(account);
    return isNew && !wasOwner(before.roles, account) ? [{ kind: "ranked", account, rank }] : [];
  });
  return [
    ...(added.length > 0 ? [{ kind: "added" as const, accounts: added }] : []),
    ...(removed.length > 0 ? [{ kind: "removed" as const, accounts: removed }] : []),
    ...ranked,
  ];
}

/** That the owner so far is an admin now goes without saying. */
function wasOwner(roles: RoleList, account: AccountId): boolean {
  return roles.owner === account;
}

function accountsOf(group: Group): AccountId[] {
  return [...new Set(listMembers(group).map(({ accountId }) => accountId))];
}
