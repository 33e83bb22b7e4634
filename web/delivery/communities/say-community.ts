import type { ListedPlace } from "../../../src/protocol/community.ts";
import { type ConversationId, newMessageId } from "../../../src/protocol/ids.ts";
import type { ConversationRecord, OutgoingContent } from "../../storage/records.ts";
import type { Change } from "../../storage/vault.ts";
import { type Client, locked } from "../client.ts";
import { Failed, Refused } from "../failures.ts";
import { isInCharge } from "../groups/people.ts";
import { enqueue } from "../outbox/enqueue.ts";

type Saying = Omit<Extract<OutgoingContent, { kind: "community" }>, "kind">;

/** To all members, in its place among the announcements. */
export async function changeListed(
  client: Client,
  id: ConversationId,
  changed: { readonly listed: readonly ListedPlace[]; readonly unlisted: readonly ConversationId[] },
): Promise<void> {
  await locked(client, async (change) => {
    demandInCharge(client, await change.read("conversations", id));
    await say(client, change, id, { listed: [...changed.listed], unlisted: [...changed.unlisted] });
  });
}

/** A community that this person may change. */
export function demandInCharge(client: Client, conversation: ConversationRecord | undefined) {
  if (!conversation?.community) throw new Refused("conversation.not_found", "");
  if (conversation.state === "frozen") throw new Failed("crypto");
  if (!isInCharge(conversation, client.accountId)) throw new Refused("commit.not_allowed", "");
  return { ...conversation, community: conversation.community };
}

/** Said again by whoever added somebody; what stands in it is filled in when it goes out. */
export async function repeatCommunity(client: Client, change: Change, id: ConversationId, after: number) {
  await say(client, change, id, { listed: [], unlisted: [], again: true }, after);
}

function say(client: Client, change: Change, id: ConversationId, saying: Saying, after?: number) {
  const outgoing = {
    messageId: newMessageId(),
    conversationId: id,
    content: { kind: "community" as const, ...saying },
    createdAt: client.platform.clock.now(),
    envelope: null,
    accepted: null,
    failure: null,
  };
  return enqueue(client, change, outgoing, after);
}
