import type { ConversationId } from "../../../src/protocol/ids.ts";
import { commitUpdate } from "../../crypto/commit.ts";
import { removalsWaiting } from "../../crypto/group.ts";
import type { Client } from "../client.ts";
import { catchUpConversation } from "../inbox/catch-up.ts";
import { readGroup } from "./group-at-rest.ts";
import { type CommitSent, sendCommit } from "./send-commit.ts";

/** Carries out what the server has proposed; nothing can be written before somebody has. */
export function commitProposals(client: Client, id: ConversationId): Promise<CommitSent> {
  return sendCommit(client, id, "update", async (change, conversation, commitId) => {
    if (conversation.state !== "ready") return undefined;
    const group = await readGroup(client, change, id);
    return group && removalsWaiting(group).length > 0 ? commitUpdate(group, commitId) : undefined;
  });
}

/** The server asks this device, before the others. Only what it has shown to be proposed is committed. */
export async function commitWhenAsked(client: Client, id: ConversationId): Promise<void> {
  await catchUpConversation(client, id);
  await commitProposals(client, id);
  client.tend(id);
}
