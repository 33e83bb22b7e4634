import { type ConversationId, newMessageId } from "../../../src/protocol/ids.ts";
import type { ConversationRecord } from "../../storage/records.ts";
import type { Change } from "../../storage/vault.ts";
import { type Client, locked } from "../client.ts";
import { Failed, Refused } from "../failures.ts";
import { enqueue } from "../outbox/enqueue.ts";
import { maySetTimer } from "./expiries.ts";

/** How long what is written from here on lasts; null for ever. Said in its place among the messages. */
export async function setTimer(client: Client, id: ConversationId, seconds: number | null): Promise<void> {
  await locked(client, async (change) => {
    const conversation = await change.read("conversations", id);
    if (!conversation) throw new Refused("conversation.not_found", "");
    if (conversation.state === "frozen") throw new Failed("crypto");
    if (!maySetTimer(conversation, client.accountId)) throw new Refused("commit.not_allowed", "");
    await enqueueTimer(client, change, id, { seconds });
  });
}

/** Said again by whoever added somebody: the past is closed to those who come. Answers its place in the line. */
export async function repeatTimer(
  client: Client,
  change: Change,
  id: ConversationId,
  { timer }: ConversationRecord,
): Promise<number | undefined> {
  if (timer === undefined) return undefined;
  return enqueueTimer(client, change, id, { seconds: timer, again: true });
}

async function enqueueTimer(
  client: Client,
  change: Change,
  id: ConversationId,
  said: { readonly seconds: number | null; readonly again?: true },
): Promise<number> {
  return enqueue(client, change, {
    messageId: newMessageId(),
    conversationId: id,
    content: { kind: "timer", ...said },
    createdAt: client.platform.clock.now(),
    envelope: null,
    accepted: null,
    failure: null,
  });
}
