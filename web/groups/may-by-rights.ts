import { type Right, whoMayBy } from "../../src/protocol/rights.ts";
import { reaches } from "../../src/protocol/role-list.ts";
import type { ConversationView } from "../delivery/patches.ts";
import { ownRank } from "./members-of.ts";

/** By the group's rights; where there are none to choose, everybody may. */
export function mayByRights(conversation: ConversationView, right: Right): boolean {
  const { group } = conversation;
  if (!group?.rights) return !group;
  const own = ownRank(conversation);
  return own !== undefined && reaches(own, whoMayBy(group.rights)[right]);
}
