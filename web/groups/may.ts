import type { AccountId } from "../../src/protocol/ids.ts";
import { RANKS, type Rank } from "../../src/protocol/role-list.ts";
import type { ConversationView, MessageView, PersonView } from "../delivery/patches.ts";

/** Those who are in, the highest rank first, then by name. */
export function membersOf({
  group,
}: Pick<ConversationView, "group">): readonly (PersonView & { readonly rank: Rank })[] {
  return (group?.people ?? [])
    .flatMap((person) => (person.rank === undefined ? [] : { ...person, rank: person.rank }))
    .sort(
      (one, other) => height(other.rank) - height(one.rank) || one.username.localeCompare(other.username),
    );
}

export function ownRank({ group }: Pick<ConversationView, "group">): Rank | undefined {
  return group?.people.find(({ accountId }) => accountId === group.me)?.rank;
}

/** Only what the others' devices would accept is offered: see `judge-commit.ts`. */
export function mayRemove(own: Rank | undefined, other: Rank): boolean {
  return (own === "owner" || own === "admin") && height(own) > height(other);
}

/** The ranks that somebody of this rank may give to somebody of that one; owner means to hand the group over. */
export function ranksToGive(own: Rank | undefined, other: Rank): readonly Rank[] {
  const all: readonly Rank[] = own === "owner" ? ["admin", "moderator", "member", "owner"] : [];
  const some: readonly Rank[] =
    own === "admin" && height(other) < height("admin") ? ["moderator", "member"] : all;
  return some.filter((rank) => rank !== other);
}

/** A private one. */
export function isChannel({ group }: Pick<ConversationView, "group">): boolean {
  return group?.rights?.channel === true;
}

export function isInCharge(own: Rank | undefined): boolean {
  return own === "owner" || own === "admin";
}

/** A poll: see `apply-to-poll.ts`. */
export function mayClose(conversation: ConversationView, { mine, body, closed }: MessageView): boolean {
  if (body.kind !== "text" || !body.poll || closed) return false;
  return mine || (ownRank(conversation) ?? "member") !== "member";
}

/** Somebody else's message, for everybody: see `apply-deed.ts`. */
export function mayDeleteOf(conversation: ConversationView, sender: AccountId): boolean {
  const own = ownRank(conversation);
  const theirs = conversation.group?.people.find(({ accountId }) => accountId === sender)?.rank ?? "member";
  return own !== undefined && own !== "member" && height(own) > height(theirs);
}

function height(rank: Rank): number {
  return -RANKS.indexOf(rank);
}
