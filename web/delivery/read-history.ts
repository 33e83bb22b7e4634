import type { ConversationId } from "../../src/protocol/ids.ts";
import { between } from "../storage/key.ts";
import type { Client } from "./client.ts";
import { withWaiting } from "./deeds/apply-deed.ts";
import { Refused } from "./failures.ts";
import type { History } from "./patches.ts";
import { messageView, waitingIn } from "./views.ts";

const AT_A_TIME = 500;

/** A step of a whole conversation, oldest first: for an export. */
export async function readHistory(client: Client, id: ConversationId, after: number): Promise<History> {
  const conversation = await client.vault.read("conversations", id);
  if (!conversation) throw new Refused("conversation.not_found", "");
  const stored = await client.vault.list("messages", { ...between(id, after + 1), limit: AT_A_TIME });
  const waiting = await waitingIn(client.vault, id);
  const me = client.accountId;
  return {
    messages: stored.flatMap(
      ({ value }) => messageView(me, id, conversation, withWaiting(me, value, conversation, waiting)) ?? [],
    ),
    upTo: stored.length < AT_A_TIME ? undefined : stored.at(-1)?.value.sequence,
  };
}
