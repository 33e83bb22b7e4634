import type { ConversationId } from "../../../src/protocol/ids.ts";
import type { ConversationRecord } from "../../storage/records.ts";
import type { Client } from "../client.ts";
import { Failed, Refused } from "../failures.ts";
import { prepare, send } from "./found-conversation.ts";
import type { CommitSent } from "./send-commit.ts";

/**
 * Founds the group of a conversation anew, as its next generation, when the server knows less of it than this
 * device. `hopeless` when the server has the conversation and this device is not in it.
 */
export async function refoundConversation(
  client: Client,
  conversationId: ConversationId,
  { conversation, after }: { readonly conversation: ConversationRecord; readonly after: number },
): Promise<CommitSent | "hopeless"> {
  const { accountId, username } = client;
  const person = conversation.peer ?? { accountId, username };
  const generation = Math.max(conversation.generation, after) + 1;
  try {
    const left = await client.vault.read("foundings", person.accountId);
    const pinned = await client.vault.read("pins", person.accountId);
    const next = { conversationId, generation };
    await send(client, left ?? (await prepare(client, person, pinned?.root ?? null, next)));
  } catch (cause) {
    if (cause instanceof Failed) return "refused";
    if (!(cause instanceof Refused) || /^(session|device)\./.test(cause.code)) throw cause;
    return cause.code === "conversation.not_found" ? "hopeless" : "refused";
  }
  const now = await client.vault.read("conversations", conversationId);
  return now?.state === "ready" ? "adopted" : "lost";
}
