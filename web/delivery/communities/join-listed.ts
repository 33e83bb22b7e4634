import type { ConversationId } from "../../../src/protocol/ids.ts";
import { openJoinLink } from "../../crypto/join-link.ts";
import type { CommunityRecord } from "../../storage/records.ts";
import { joinChannel } from "../channels/join-channel.ts";
import type { Client } from "../client.ts";
import { Refused } from "../failures.ts";
import { moveConversation } from "../inbox/move-conversation.ts";
import { joinByLink, lookAtLink } from "../links/join-by-link.ts";

/** Into something that belongs to the community at once, or undefined where somebody in it is asked first. */
export async function joinListed(
  client: Client,
  id: ConversationId,
  placeId: ConversationId,
): Promise<ConversationId | undefined> {
  const place = (await listedOf(client, id)).find(({ conversationId }) => conversationId === placeId);
  if (!place) throw new Refused("conversation.not_found", "");
  if (place.kind === "channel") return joinChannel(client, place.handle);
  const joined = await joinByLink(client, ...(await addressOf(place.secret)));
  await noteAsked(client, id, placeId, joined === undefined);
  return joined;
}

/** Where this person asked to be let in and was declined, they may ask again. */
export async function renewAsked(client: Client, id: ConversationId): Promise<void> {
  const { asked = [] } = (await client.vault.read("conversations", id))?.community ?? {};
  for (const place of await listedOf(client, id)) {
    if (place.kind !== "group" || !asked.includes(place.conversationId)) continue;
    const { standing } = await lookAtLink(client, ...(await addressOf(place.secret)));
    if (standing !== "waiting") await noteAsked(client, id, place.conversationId, false);
  }
}

async function listedOf(client: Client, id: ConversationId): Promise<CommunityRecord["listed"]> {
  return (await client.vault.read("conversations", id))?.community?.listed ?? [];
}

async function addressOf(secret: Uint8Array) {
  const { linkId } = await openJoinLink(Uint8Array.from(secret));
  return [linkId, secret.toBase64({ alphabet: "base64url", omitPadding: true })] as const;
}

function noteAsked(client: Client, id: ConversationId, placeId: ConversationId, isAsked: boolean) {
  return moveConversation(client, id, (conversation) => {
    const { community } = conversation;
    if (!community || community.asked.includes(placeId) === isAsked) return conversation;
    const others = community.asked.filter((one) => one !== placeId);
    return { ...conversation, community: { ...community, asked: isAsked ? [...others, placeId] : others } };
  });
}
