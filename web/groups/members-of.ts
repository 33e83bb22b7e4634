import { RANKS, type Rank } from "../../src/protocol/role-list.ts";
import type { ConversationView, PersonView } from "../delivery/patches.ts";

/** Somebody who is in. */
export type Ranked = PersonView & { readonly rank: Rank };

/** Those who are in, the highest rank first, then by name. */
export function membersOf({ group }: Pick<ConversationView, "group">): readonly Ranked[] {
  return (group?.people ?? [])
    .flatMap((person) => (person.rank === undefined ? [] : { ...person, rank: person.rank }))
    .sort(
      (one, other) => height(other.rank) - height(one.rank) || one.username.localeCompare(other.username),
    );
}

export function ownRank({ group }: Pick<ConversationView, "group">): Rank | undefined {
  return group?.people.find(({ accountId }) => accountId === group.me)?.rank;
}

/** The higher, the more somebody may. */
export function height(rank: Rank): number {
  return -RANKS.indexOf(rank);
}
