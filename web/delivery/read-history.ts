import type { ConversationId } from "../../src/protocol/ids.ts";
import { between } from "../storage/key.ts";
import type { MessageRecord } from "../storage/records.ts";
import { postView } from "./channels/channel-view.ts";
import type { Client } from "./client.ts";
import type { History } from "./commands.ts";
import { withWaiting } from "./deeds/apply-deed.ts";
import { Refused } from "./failures.ts";
import { messageView, waitingIn } from "./views.ts";

const AT_A_TIME = 500;

/** A step of what is stored of a conversation or public channel, oldest first: for an export. */
export async function readHistory(client: Client, id: ConversationId, after: number): Promise<History> {
  const conversation = await client.vault.read("conversations", id);
  if (!conversation && !(await client.vault.read("channels", id)))
    throw new Refused("conversation.not_found", "");
  const stored = await client.vault.list("messages", { ...between(id, after + 1), limit: AT_A_TIME });
  const waiting = await waitingIn(client.vault, id);
  const me = client.accountId;
  const view = (message: MessageRecord) =>
    conversation
      ? messageView(me, id, conversation, withWaiting(me, message, conversation, waiting))
      : postView(me, id, message);
  return {
    messages: stored.flatMap(({ value }) => view(value) ?? []),
    upTo: stored.length < AT_A_TIME ? undefined : stored.at(-1)?.value.sequence,
  };
}
