import * as v from "valibot";

/** Everybody, or from moderators or admins on; the owner always. */
export const LEVELS = ["members", "moderators", "admins"] as const;
export type Level = (typeof LEVELS)[number];

/** Seconds between two messages of a plain member. */
export const SLOW_MODES = [10, 30, 60, 300, 3600] as const;

/**
 * As they stand in a role list. What is as it was before there was a choice does not stand there: a right has one
 * spelling, and lists of before stay what they were.
 */
export const rights = v.strictObject({
  addMembers: v.picklist(LEVELS),
  write: v.optional(v.picklist(["moderators", "admins"])),
  pin: v.optional(v.picklist(["members", "admins"])),
  /** To change name, description and picture. */
  about: v.optional(v.picklist(["members", "moderators"])),
  slow: v.optional(v.picklist(SLOW_MODES)),
  /** A private channel: many read what few write. It is founded as one and stays one. */
  channel: v.optional(v.literal(true)),
});
export type Rights = v.InferOutput<typeof rights>;

/** All of them, said or not; `slow` is 0 for off. */
export interface WhoMay {
  readonly addMembers: Level;
  readonly write: Level;
  readonly pin: Level;
  readonly about: Level;
  readonly slow: 0 | (typeof SLOW_MODES)[number];
}
/** Some of it, as somebody chooses it. */
export const whoMay = v.object({
  addMembers: v.exactOptional(v.picklist(LEVELS)),
  write: v.exactOptional(v.picklist(LEVELS)),
  pin: v.exactOptional(v.picklist(LEVELS)),
  about: v.exactOptional(v.picklist(LEVELS)),
  slow: v.exactOptional(v.picklist([0, ...SLOW_MODES])),
});
export type Right = Exclude<keyof WhoMay, "slow">;

export function whoMayBy({ addMembers, write, pin, about, slow }: Rights): WhoMay {
  return {
    addMembers,
    write: write ?? "members",
    pin: pin ?? "moderators",
    about: about ?? "admins",
    slow: slow ?? 0,
  };
}
