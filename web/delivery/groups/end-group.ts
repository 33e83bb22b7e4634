import type { ConversationId } from "../../../src/protocol/ids.ts";
import { removeDevices } from "../../crypto/commit.ts";
import { listMembers } from "../../crypto/group.ts";
import type { Client } from "../client.ts";
import { Refused } from "../failures.ts";
import { changeGroup } from "./change-group.ts";
import { leaveGroup } from "./leave-group.ts";

/** By its owner: everybody else is taken out in one change that says so; then nobody is left to keep it for. */
export async function endGroup(client: Client, id: ConversationId): Promise<void> {
  await changeGroup(client, id, async (group, commitId) => {
    const { roles } = group;
    if (roles.owner !== client.accountId) throw new Refused("commit.not_allowed", "");
    const others = listMembers(group).filter(({ accountId }) => accountId !== client.accountId);
    if (others.length === 0) return undefined;
    const { barred: _, ...rest } = roles;
    const ended = { ...rest, admins: [], moderators: [], linkKeys: [], ended: true as const };
    return removeDevices(group, {
      commitId,
      deviceIds: others.map(({ deviceId }) => deviceId),
      roles: ended,
    });
  });
  await leaveGroup(client, id, "ended");
}
