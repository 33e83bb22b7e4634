import type { Content } from "../../../src/protocol/content.ts";
import type { AccountId } from "../../../src/protocol/ids.ts";
import { may, type RoleList } from "../../../src/protocol/role-list.ts";
import type { Group } from "../../crypto/group.ts";

interface Saying {
  readonly group: Group;
  readonly roles: RoleList | undefined;
  readonly sender: { readonly accountId: AccountId };
  readonly content: { readonly kind: Content["kind"] } | undefined;
}

/**
 * Whether somebody had the right to say this, by the list of the epoch they wrote it in and by the one at its place:
 * a server that lets it pass can make nobody hear it, nor can whoever lost the right go on in an old epoch. Marks of
 * what was read are everybody's; taking back, pinning, naming and timers have rules of their own.
 */
export function mayBeHeard({ group, roles, sender, content }: Saying): boolean {
  if (content && WITHOUT.includes(content.kind)) return true;
  return [roles, group.roles].every((list) => list !== undefined && may(list, sender.accountId, "write"));
}

const WITHOUT: readonly Content["kind"][] = ["read", "delete", "pin", "about", "timer"];
