import type { Right, Rights, WhoMay } from "./rights.ts";

/** In the order they are chosen in. */
export const RIGHTS = ["write", "addMembers", "pin", "about"] as const satisfies readonly Right[];

/** As they stand in a role list: the inverse of `whoMayBy`. */
export function rightsOf({ addMembers, write, pin, about, slow }: WhoMay): Rights {
  return {
    addMembers,
    ...(write === "members" ? {} : { write }),
    ...(pin === "moderators" ? {} : { pin }),
    ...(about === "admins" ? {} : { about }),
    ...(slow === 0 ? {} : { slow }),
  };
}
