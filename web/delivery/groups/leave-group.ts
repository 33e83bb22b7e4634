import { leaveConversation } from "../../../src/protocol/conversations.ts";
import type { ConversationId } from "../../../src/protocol/ids.ts";
import { signDeparture } from "../../crypto/commit.ts";
import { listMembers } from "../../crypto/group.ts";
import { type Client, locked } from "../client.ts";
import { Failed, Refused } from "../failures.ts";
import { catchUpConversation } from "../inbox/catch-up.ts";
import { closeGroup } from "../inbox/receive-removal.ts";
import { readGroup } from "./group-at-rest.ts";
import { isOut } from "./people.ts";
import { deliverCommit } from "./send-commit.ts";

const TRIES = 5;

/** Out at once; the others take this account's leaves out of the group. An owner of others hands over before. */
export async function leaveGroup(
  client: Client,
  id: ConversationId,
  how: "left" | "ended" = "left",
): Promise<void> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    await deliverCommit(client, id);
    const statement = await locked(client, async (change) => {
      const conversation = await change.read("conversations", id);
      if (conversation?.kind !== "group" || isOut(conversation))
        throw new Refused("conversation.not_found", "");
      const group = await readGroup(client, change, id);
      if (!group) throw new Failed("crypto");
      const isAlone = listMembers(group).every(({ accountId }) => accountId === client.accountId);
      if (group.roles.owner === client.accountId && !isAlone) throw new Refused("group.owner_stays", "");
      return signDeparture(group);
    });
    try {
      await client.call(leaveConversation, { conversationId: id, statement });
      return await closeGroup(client, id, { kind: how });
    } catch (cause) {
      if (!(cause instanceof Refused)) throw cause;
      if (cause.code === "conversation.not_found") return closeGroup(client, id, { kind: "out" });
      if (cause.code !== "commit.epoch_passed") throw cause;
      await catchUpConversation(client, id);
    }
  }
  throw new Refused("commit.epoch_passed", "");
}
