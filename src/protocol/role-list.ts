import * as v from "valibot";
import { encodeBinary } from "./codec.ts";
import { type AccountId, accountId } from "./ids.ts";
import { type Level, type Right, rights, whoMayBy } from "./rights.ts";
import { decodeCanonical } from "./signing.ts";
import { bytes, count, signedTime } from "./values.ts";

const someAccounts = v.pipe(v.array(accountId), v.maxLength(1000));

/** `direct` and `saved` are closed circles with nobody in charge; `group` has an owner and grows. */
const kind = v.picklist(["direct", "saved", "group"]);

/** More links than this no group has at once. */
export const MOST_LINKS = 32;

export const linkKey = v.strictObject({
  publicKey: bytes(32, 32),
  /** The link lasts no longer than its maker is in and may add members. */
  by: accountId,
  /** 0: never. Held to by the server alone, because members' clocks differ. */
  expiresAt: signedTime,
  /** How many may come by it; 0: any number. Counted by the server alone. */
  uses: count,
  /** Nobody comes in by it: whoever may add members is asked to. */
  approval: v.boolean(),
});
export type LinkKey = v.InferOutput<typeof linkKey>;

/**
 * Who may do what, in every group's GroupContext from its first day. Changed only by a commit whose sender has
 * the right by the previous list (`judge-commit.ts`), so a lying server promotes nobody.
 */
export const roleList = v.strictObject({
  version: v.literal(1),
  kind,
  /** The only accounts that may ever be in: the two of a direct conversation, the one of saved messages. */
  circle: v.pipe(v.array(accountId), v.maxLength(2)),
  /** Null in closed circles. */
  owner: v.nullable(accountId),
  admins: someAccounts,
  moderators: someAccounts,
  rights,
  linkKeys: v.pipe(v.array(linkKey), v.maxLength(MOST_LINKS)),
  /** Whoever was removed: no link lets them in, only somebody who adds them. Absent for nobody. */
  barred: v.optional(v.pipe(someAccounts, v.minLength(1))),
  /** Its owner has deleted it: nobody else is in it from then on. Absent while it goes on. */
  ended: v.optional(v.literal(true)),
});
export type RoleList = v.InferOutput<typeof roleList>;

export function encodeRoleList(roles: RoleList): Uint8Array<ArrayBuffer> {
  return encodeBinary({
    version: roles.version,
    kind: roles.kind,
    circle: roles.circle,
    owner: roles.owner,
    admins: roles.admins,
    moderators: roles.moderators,
    rights: v.parse(rights, roles.rights),
    linkKeys: roles.linkKeys.map(({ publicKey, by, expiresAt, uses, approval }) => ({
      publicKey,
      by,
      expiresAt,
      uses,
      approval,
    })),
    ...(roles.barred ? { barred: roles.barred } : {}),
    ...(roles.ended ? { ended: roles.ended } : {}),
  });
}

/** Undefined when malformed or when kind, circle and owner do not belong together. */
export function decodeRoleList(encoded: Uint8Array): RoleList | undefined {
  const roles = decodeCanonical(roleList, encoded);
  return roles && isCoherent(roles) ? roles : undefined;
}

function isCoherent(roles: RoleList): boolean {
  const keys = new Set(roles.linkKeys.map(({ publicKey }) => publicKey.toHex()));
  if (keys.size !== roles.linkKeys.length || ((roles.barred || roles.ended) && roles.kind !== "group"))
    return false;
  const { channel, write, addMembers } = roles.rights;
  if (channel && (write !== "admins" || addMembers !== "admins")) return false;
  if (roles.kind === "group") return roles.circle.length === 0 && roles.owner !== null;
  if (Object.keys(roles.rights).length > 1) return false;
  const nobodyInCharge =
    roles.owner === null && roles.admins.length + roles.moderators.length + roles.linkKeys.length === 0;
  const [first, second] = roles.circle;
  if (roles.kind === "saved") return nobodyInCharge && roles.circle.length === 1;
  return nobodyInCharge && first !== undefined && second !== undefined && first < second;
}

/** The list of a direct conversation between two accounts, or of saved messages when both are the same. */
export function closedCircle(one: AccountId, other: AccountId): RoleList {
  const saved = one === other;
  return {
    version: 1,
    kind: saved ? "saved" : "direct",
    circle: saved ? [one] : [one, other].sort(),
    owner: null,
    admins: [],
    moderators: [],
    rights: { addMembers: "members" },
    linkKeys: [],
  };
}

/** The list that a group is founded with: its founder owns it, and who else does what is settled later. */
export function foundingRoles(owner: AccountId): RoleList {
  return {
    version: 1,
    kind: "group",
    circle: [],
    owner,
    admins: [],
    moderators: [],
    rights: { addMembers: "admins" },
    linkKeys: [],
  };
}

/** Of a channel that this account founds and owns. */
export function foundingChannel(owner: AccountId): RoleList {
  return { ...foundingRoles(owner), rights: { addMembers: "admins", write: "admins", channel: true } };
}

/** By the list alone; in groups. */
export function may(roles: RoleList, account: AccountId, right: Right): boolean {
  return reaches(rankOf(roles, account), whoMayBy(roles.rights)[right]);
}

export function reaches(rank: Rank, level: Level): boolean {
  return RANKS.indexOf(rank) <= LOWEST[level];
}

/** The same. */
export function mayAddMembers(roles: RoleList, account: AccountId): boolean {
  return may(roles, account, "addMembers");
}

/** Seconds that lie between two messages of this account at the least; in groups. */
export function pauseOf(roles: RoleList, account: AccountId): number {
  return rankOf(roles, account) === "member" ? whoMayBy(roles.rights).slow : 0;
}

/** From the highest down. */
export const RANKS = ["owner", "admin", "moderator", "member"] as const;
export type Rank = (typeof RANKS)[number];
const LOWEST: Record<Level, number> = { members: 3, moderators: 2, admins: 1 };

export function rankOf(roles: RoleList, account: AccountId): Rank {
  if (roles.owner === account) return "owner";
  if (roles.admins.includes(account)) return "admin";
  if (roles.moderators.includes(account)) return "moderator";
  return "member";
}
