import type { ConversationId } from "../../../src/protocol/ids.ts";
import { rankOf } from "../../../src/protocol/role-list.ts";
import { removeDevices } from "../../crypto/commit.ts";
import { CryptoFailure } from "../../crypto/failure.ts";
import { listMembers } from "../../crypto/group.ts";
import { type Client, locked } from "../client.ts";
import { readGroup } from "./group-at-rest.ts";
import { rolesWithout } from "./roles-without.ts";
import { sendCommit } from "./send-commit.ts";

const AFTER_ANOTHER = 1_000;

/** The leaves of one who left, by their own statement. Answers how long to wait before looking again. */
export async function removeDeparted(client: Client, id: ConversationId): Promise<number | undefined> {
  try {
    const sent = await sendCommit(client, id, "change", async (change, conversation, commitId) => {
      const [next] = conversation.departures;
      const group = next && conversation.state === "ready" && (await readGroup(client, change, id));
      if (!group) return undefined;
      const theirs = listMembers(group).filter(({ accountId }) => accountId === next.accountId);
      const deviceIds = theirs.map(({ deviceId }) => deviceId);
      const rank = rankOf(group.roles, client.accountId);
      const isInCharge = rank === "owner" || rank === "admin";
      const roles = isInCharge ? rolesWithout(group.roles, next.accountId) : undefined;
      return removeDevices(group, { commitId, deviceIds, roles, departure: next.statement });
    });
    return sent === "none" ? undefined : AFTER_ANOTHER;
  } catch (cause) {
    if (!(cause instanceof CryptoFailure)) throw cause;
    await forget(client, id);
    return undefined;
  }
}

/** A statement that no commit can be made with: whoever has the right to removes those people as others. */
function forget(client: Client, id: ConversationId): Promise<void> {
  return locked(client, async (change) => {
    const conversation = await change.read("conversations", id);
    const departures = conversation?.departures.slice(1) ?? [];
    if (conversation) change.put("conversations", id, { ...conversation, departures });
  });
}
