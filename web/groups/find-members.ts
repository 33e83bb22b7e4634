import type { AccountId } from "../../src/protocol/ids.ts";
import { faceOf, nicknameOf } from "../people/faces.ts";
import { foldText, wordsOf } from "../search/fold-text.ts";

/** From so many people on there is something to look through. */
export const MANY = 10;

/** Those with a name that holds every word: what this person calls them, what they call themselves, their username. */
export function findMembers<Person extends { readonly accountId: AccountId; readonly username: string }>(
  people: readonly Person[],
  typed: string,
): readonly Person[] {
  const words = wordsOf(typed);
  return people.filter(({ accountId, username }) => {
    const names = [nicknameOf(accountId), faceOf(accountId)?.name, username].map((name) =>
      foldText(name ?? ""),
    );
    return words.every((word) => names.some((name) => name.includes(word)));
  });
}
