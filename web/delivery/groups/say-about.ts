import { type ConversationId, newMessageId } from "../../../src/protocol/ids.ts";
import type { ConversationRecord, OutgoingContent } from "../../storage/records.ts";
import type { Change } from "../../storage/vault.ts";
import type { Client } from "../client.ts";
import { repeatTimer } from "../expiry/set-timer.ts";
import { enqueue } from "../outbox/enqueue.ts";

type About = Extract<OutgoingContent, { kind: "about" }>;

/** Said again by whoever added somebody: the past is closed to those who come. */
export async function repeatAbout(
  client: Client,
  change: Change,
  id: ConversationId,
  conversation: ConversationRecord,
): Promise<void> {
  const { about, community } = conversation;
  const after = await repeatTimer(client, change, id, conversation);
  if (!about) return;
  const { name, description } = about;
  const kept = await change.read("pictures", id);
  const shown = kept ? { picture: kept.bytes } : {};
  const said: About = { kind: "about", name, description, ...shown, again: true };
  const named = await enqueueAbout(client, change, id, said, after);
  if (community)
    await (await import("../communities/say-community.ts")).repeatCommunity(client, change, id, named);
}

/** Behind what waits under `after`, where something does. */
export function enqueueAbout(
  client: Client,
  change: Change,
  id: ConversationId,
  content: About,
  after?: number,
) {
  return enqueue(
    client,
    change,
    {
      messageId: newMessageId(),
      conversationId: id,
      content,
      createdAt: client.platform.clock.now(),
      envelope: null,
      accepted: null,
      failure: null,
    },
    after,
  );
}
