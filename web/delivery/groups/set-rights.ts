import { rightsOf } from "../../../src/protocol/choose-rights.ts";
import type { ConversationId } from "../../../src/protocol/ids.ts";
import { type WhoMay, whoMayBy } from "../../../src/protocol/rights.ts";
import { changeRoles } from "../../crypto/commit.ts";
import type { Client } from "../client.ts";
import { changeGroup } from "./change-group.ts";

/** Who may do what from now on, and how slowly they write; what is not named stays. */
export function setRights(client: Client, id: ConversationId, chosen: Partial<WhoMay>): Promise<void> {
  return changeGroup(client, id, async (group, commitId) => {
    const { channel } = group.roles.rights;
    const before = whoMayBy(group.roles.rights);
    const next = { ...before, ...chosen };
    if (JSON.stringify(before) === JSON.stringify(next)) return undefined;
    return changeRoles(group, {
      commitId,
      roles: { ...group.roles, rights: { ...rightsOf(next), ...(channel ? { channel } : {}) } },
    });
  });
}
