import type { AccountId } from "../protocol/ids.ts";

/** What only one conversation may have: two accounts, or one with itself. Its generations share it. */
export function pairKey(one: AccountId, other: AccountId): string {
  return [one, other].sort().join(" ");
}
