import { type AccountId, type ConversationId, newMessageId } from "../../../src/protocol/ids.ts";
import type { ConversationRecord, OutgoingContent } from "../../storage/records.ts";
import type { Change } from "../../storage/vault.ts";
import { type Client, locked } from "../client.ts";
import { Failed, Refused } from "../failures.ts";
import { enqueue } from "../outbox/enqueue.ts";

type About = Extract<OutgoingContent, { kind: "about" }>;

/** What the group is called from now on: the owner and the admins say so. */
export async function setAbout(
  client: Client,
  id: ConversationId,
  about: { readonly name: string; readonly description: string },
): Promise<void> {
  await locked(client, async (change) => {
    const conversation = await change.read("conversations", id);
    if (conversation?.kind !== "group") throw new Refused("conversation.not_found", "");
    if (conversation.state === "frozen") throw new Failed("crypto");
    if (!mayName(conversation, client.accountId)) throw new Refused("commit.not_allowed", "");
    const { name, description } = about;
    await enqueueAbout(client, change, id, { kind: "about", name, description });
  });
}

/** The owner and the admins. */
export function mayName({ people }: ConversationRecord, account: AccountId): boolean {
  const rank = people.find(({ accountId }) => accountId === account)?.rank;
  return rank === "owner" || rank === "admin";
}

/** Said again by whoever added somebody: the past is closed to those who come. */
export async function repeatAbout(
  client: Client,
  change: Change,
  id: ConversationId,
  { about }: ConversationRecord,
): Promise<void> {
  if (!about) return;
  const { name, description } = about;
  await enqueueAbout(client, change, id, { kind: "about", name, description, again: true });
}

async function enqueueAbout(client: Client, change: Change, id: ConversationId, content: About) {
  await enqueue(client, change, {
    messageId: newMessageId(),
    conversationId: id,
    content,
    createdAt: client.platform.clock.now(),
    envelope: null,
    accepted: null,
    failure: null,
  });
}
