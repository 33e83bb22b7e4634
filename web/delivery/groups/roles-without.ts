import type { AccountId } from "../../../src/protocol/ids.ts";
import type { RoleList } from "../../../src/protocol/role-list.ts";

/** Undefined when the list stays as it is. */
export function rolesWithout(roles: RoleList, account: AccountId): RoleList | undefined {
  if (!roles.admins.includes(account) && !roles.moderators.includes(account)) return undefined;
  return {
    ...roles,
    admins: roles.admins.filter((one) => one !== account),
    moderators: roles.moderators.filter((one) => one !== account),
  };
}
