import type { AccountId } from "../protocol/ids.ts";

/** What only one conversation may have: two accounts (or one with itself) and the generation. */
export function pairKey(one: AccountId, other: AccountId, generation: number): string {
  return [...[one, other].sort(), generation].join(" ");
}
