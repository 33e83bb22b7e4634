import type { Right } from "../../src/protocol/rights.ts";

/** From which rank on somebody does what the group's rights leave no choice about; `as` goes by one of them. */
export const FIXED = {
  links: { as: "addMembers" },
  no_pause: { from: "moderators" },
  call_all: { from: "moderators" },
  close_polls: { from: "moderators" },
  delete_others: { from: "moderators", ofLower: true },
  timers: { from: "admins" },
  remove: { from: "admins", ofLower: true },
  ranks: { from: "admins", ofLower: true },
  rules: { from: "admins" },
  admins: { from: "owner" },
  hand_over: { from: "owner" },
  end: { from: "owner" },
} as const satisfies Record<
  string,
  { as: Right } | { from: "moderators" | "admins" | "owner"; ofLower?: true }
>;
export type Fixed = keyof typeof FIXED;
