import * as v from "valibot";
import { encodeBinary } from "./codec.ts";
import { type AccountId, accountId } from "./ids.ts";
import { decodeCanonical } from "./signing.ts";
import { bytes, count, time } from "./values.ts";

const someAccounts = v.pipe(v.array(accountId), v.maxLength(1000));

/** `direct` and `saved` are closed circles with nobody in charge; `group` has an owner and grows. */
const kind = v.picklist(["direct", "saved", "group"]);

const linkKey = v.strictObject({
  publicKey: bytes(32, 32),
  expiresAt: time,
  uses: count,
  role: v.picklist(["moderator", "member"]),
});

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
  rights: v.strictObject({ addMembers: v.picklist(["admins", "members"]) }),
  linkKeys: v.pipe(v.array(linkKey), v.maxLength(32)),
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
    rights: { addMembers: roles.rights.addMembers },
    linkKeys: roles.linkKeys.map(({ publicKey, expiresAt, uses, role }) => ({
      publicKey,
      expiresAt,
      uses,
      role,
    })),
  });
}

/** Undefined when malformed or when kind, circle and owner do not belong together. */
export function decodeRoleList(encoded: Uint8Array): RoleList | undefined {
  const roles = decodeCanonical(roleList, encoded);
  return roles && isCoherent(roles) ? roles : undefined;
}

function isCoherent(roles: RoleList): boolean {
  if (roles.kind === "group") return roles.circle.length === 0 && roles.owner !== null;
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

/** From the highest down. */
export const RANKS = ["owner", "admin", "moderator", "member"] as const;
export type Rank = (typeof RANKS)[number];

export function rankOf(roles: RoleList, account: AccountId): Rank {
  if (roles.owner === account) return "owner";
  if (roles.admins.includes(account)) return "admin";
  if (roles.moderators.includes(account)) return "moderator";
  return "member";
}
