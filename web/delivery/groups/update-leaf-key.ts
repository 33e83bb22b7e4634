import type { ConversationId } from "../../../src/protocol/ids.ts";
import { commitUpdate } from "../../crypto/commit.ts";
import type { ConversationRecord } from "../../storage/records.ts";
import type { Client } from "../client.ts";
import { beginRepair } from "../inbox/move-conversation.ts";
import { readGroup } from "./group-at-rest.ts";
import { sendCommit } from "./send-commit.ts";

const WEEK = 7 * 24 * 60 * 60 * 1000;
const MESSAGES = 500;
const AFTER_ANOTHER = 2_000;

/**
 * Whether this device's key in the group is to be made anew: after the first message of a device that was
 * added by a key package, which lay on the server; then once a week or each 500 own messages. Who writes
 * nothing has told nothing since.
 */
export function isLeafKeyDue({ state, leafKey }: ConversationRecord, now: number): boolean {
  if (state !== "ready" || leafKey.sent === 0) return false;
  return leafKey.offered || leafKey.sent >= MESSAGES || now - leafKey.since >= WEEK;
}

/**
 * Fresh keys for this device: whatever somebody had learnt of the old ones opens nothing from then on. Answers
 * how long to wait before trying again, when another's commit came first.
 */
export async function updateLeafKey(client: Client, id: ConversationId): Promise<number | undefined> {
  const sent = await sendCommit(client, id, "update", async (change, conversation, commitId) => {
    if (!isLeafKeyDue(conversation, client.platform.clock.now())) return undefined;
    const group = await readGroup(client, change, id);
    return group && commitUpdate(group, commitId);
  });
  if (sent === "refused") await beginRepair(client, id);
  return sent === "lost" ? AFTER_ANOTHER : undefined;
}
