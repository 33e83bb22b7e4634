import type { AccountId } from "../../../src/protocol/ids.ts";
import { type Right, whoMayBy } from "../../../src/protocol/rights.ts";
import { rankOf, reaches } from "../../../src/protocol/role-list.ts";
import { type Group, listMembers } from "../../crypto/group.ts";
import type { ConversationRecord, MemberRecord } from "../../storage/records.ts";
import type { Reader } from "../../storage/vault.ts";

/** Read marks are sent up to this many people. */
export const MOST_READ_MARKS = 50;

/** Whoever comes and goes again and again must not fill the record. */
const MOST_GONE = 1_000;

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
  const { rights } = group.roles;
  return { ...conversation, people: withoutLongGone(people), departures, rights };
}

/** Of those who are in no more, those who came last. */
function withoutLongGone(people: readonly MemberRecord[]): MemberRecord[] {
  const gone = people.filter(({ rank }) => rank === null);
  const forgotten = new Set(gone.slice(0, Math.max(0, gone.length - MOST_GONE)));
  return people.filter((one) => !forgotten.has(one));
}

function since(sequence: number) {
  return { joined: sequence, delivered: sequence, read: sequence };
}

export function isIn({ people }: ConversationRecord, account: AccountId): boolean {
  return people.some(({ accountId, rank }) => accountId === account && rank !== null);
}

const OUT: readonly ConversationRecord["frozenBy"][] = ["removed", "left", "expelled", "ended"];

/** By the role list as it is at this place. */
export function mayDo({ people, rights }: ConversationRecord, account: AccountId, right: Right): boolean {
  const rank = people.find(({ accountId }) => accountId === account)?.rank;
  return rank != null && reaches(rank, whoMayBy(rights)[right]);
}

/** Its owner or an admin. */
export function isInCharge({ people }: ConversationRecord, account: AccountId): boolean {
  const rank = people.find(({ accountId }) => accountId === account)?.rank;
  return rank === "owner" || rank === "admin";
}

/** This account is in the group no more. */
export function isOut({ state, frozenBy }: ConversationRecord): boolean {
  return state === "frozen" && OUT.includes(frozenBy);
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

/** A link that was made on this device shows what is no longer so. */
export async function arePreviewsDue(conversation: ConversationRecord): Promise<boolean> {
  const { state, links = [] } = conversation;
  if (state !== "ready" || links.length === 0) return false;
  return (await import("../links/previews-due.ts")).arePreviewsOld(conversation);
}

/** Somebody was added whose name this device has not been told. */
export function hasNameless({ kind, state, people }: ConversationRecord): boolean {
  return (
    kind === "group" &&
    state === "ready" &&
    people.some(({ username, rank }) => rank !== null && username === "")
  );
}
