import type { ConversationRecord } from "../../storage/records.ts";

const DAY = 24 * 60 * 60 * 1000;

/** Also one that was given up a day ago. */
export function isRepairable(conversation: ConversationRecord, now: number): boolean {
  const { state, frozenBy } = conversation;
  if (state === "repairing") return true;
  const isGivenUp = frozenBy === "unrepaired" || frozenBy === "unvouched";
  return state === "frozen" && isGivenUp && recentTries(conversation, now) === 0;
}

/** Also a clock that was put back begins a new day. */
export function recentTries({ repairs }: ConversationRecord, now: number): number {
  return Math.abs(now - repairs.lastAt) < DAY ? repairs.tries : 0;
}
