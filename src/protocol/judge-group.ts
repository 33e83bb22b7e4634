import { ENGINE_VERSION, groupIdOf } from "./group-id.ts";
import type { ConversationId } from "./ids.ts";
import type { GroupFacts } from "./judge-commit.ts";
import { encodeRoleList, type RoleList } from "./role-list.ts";
import { equalBytes } from "./signing.ts";

/**
 * Why a whole group is not acceptable, or undefined: asked of a group that is founded (server) or joined
 * (client), where there is no commit to judge. Pure, over plain data.
 */
export function objectionToGroup(
  group: GroupFacts,
  expected: {
    conversationId: ConversationId;
    generation: number;
    /** Compared as a whole where the roles are known beforehand. */
    roles?: RoleList;
    externalSenders?: Uint8Array;
  },
): string | undefined {
  const { context } = group;
  if (!equalBytes(group.groupId, groupIdOf(expected.conversationId, expected.generation)))
    return "The group belongs to another conversation or generation.";
  if (context.engineVersion !== ENGINE_VERSION) return "The group needs another engine version.";
  if (context.others.length > 0) return "The group has an unknown extension.";
  if (expected.externalSenders && !equalBytes(context.externalSenders, expected.externalSenders))
    return "The group names another server as external sender.";
  if (expected.roles && !equalBytes(encodeRoleList(context.roles), encodeRoleList(expected.roles)))
    return "The group has other roles than its kind demands.";
  return objectionToLeaves(group);
}

function objectionToLeaves({ context, leaves }: GroupFacts): string | undefined {
  const { roles } = context;
  const roots = new Map<string, Uint8Array>();
  const devices = new Set<string>();
  for (const leaf of leaves) {
    if (roles.kind !== "group" && !roles.circle.includes(leaf.accountId))
      return "Somebody is in who may not be in this conversation.";
    const root = roots.get(leaf.accountId) ?? leaf.rootPublicKey;
    if (!equalBytes(root, leaf.rootPublicKey)) return "Two devices of one account have different roots.";
    roots.set(leaf.accountId, root);
    devices.add(leaf.deviceId);
  }
  return devices.size === leaves.length ? undefined : "One device is in twice.";
}
