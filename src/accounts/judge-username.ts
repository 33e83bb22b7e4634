import * as v from "valibot";
import { username as form } from "../protocol/accounts.ts";
import { Refusal } from "../refusal.ts";

export interface Username {
  readonly username: string;
  /** Names that look alike share it; unique among accounts. */
  readonly skeleton: string;
}

/** The name as it will be stored, or a Refusal that says what is wrong with it. */
export function judgeUsername(typed: string): Username {
  const name = readUsername(typed);
  if (name === undefined) throw new Refusal("username.invalid");
  if (RESERVED.has(name.skeleton) || CALLS.has(name.username)) throw new Refusal("username.reserved");
  return name;
}

/** For looking up: undefined when nobody can have this name. */
export function readUsername(typed: string): Username | undefined {
  const username = typed.normalize("NFKC").trim().toLowerCase();
  return v.is(form, username) ? { username, skeleton: skeletonOf(username) } : undefined;
}

/**
 * What else a letter can be drawn with. Letters are taken apart and never put together, so that `vw` and `vvv`
 * come out alike too.
 */
function skeletonOf(username: string): string {
  return username
    .replace(/[._-]/g, "")
    .replace(/m/g, "rn")
    .replace(/w/g, "vv")
    .replace(/d/g, "cl")
    .replace(/[0125i89]/g, (drawn) => AS_DRAWN[drawn] ?? drawn);
}

/** The digits, and the one letter, that pass for another. */
const AS_DRAWN: Readonly<Record<string, string>> = {
  "0": "o",
  "1": "l",
  i: "l",
  "2": "z",
  "5": "s",
  "8": "b",
  "9": "g",
};

/** Everybody in a group is called by it. By the letter, since names as common as ali look like it. */
const CALLS = new Set(["all"]);

const RESERVED = new Set(
  `admin administrator root system sysadmin superuser support help helpdesk info security abuse postmaster
  webmaster hostmaster noreply moderator moderators mod owner staff official team server service bot api www
  mail everyone channel anonymous deleted unknown null undefined nobody guest setup settings login logout
  register signin signup signout auth account accounts invite invites chat elahe`
    .split(/\s+/)
    .map(skeletonOf),
);
