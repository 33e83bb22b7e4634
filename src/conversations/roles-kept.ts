import { whoMayBy } from "../protocol/rights.ts";
import { encodeRoleList, type RoleList } from "../protocol/role-list.ts";

/** A role list in the conversation's row: whole, and apart what every message is judged by. */
export function rolesKept(roles: RoleList) {
  const { write, slow } = whoMayBy(roles.rights);
  return { roles: encodeRoleList(roles), whoWrites: write === "members" ? null : write, pause: slow };
}
