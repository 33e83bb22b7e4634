import type { ListedPlace } from "../../../src/protocol/community.ts";
import { MOST_LISTED } from "../../../src/protocol/community.ts";
import type { ConversationId, MessageId } from "../../../src/protocol/ids.ts";
import { openJoinLink } from "../../crypto/join-link.ts";
import type { Client } from "../client.ts";
import { Failed, Refused } from "../failures.ts";
import { foundGroupOf } from "../groups/found-group.ts";
import { isInCharge, isOut } from "../groups/people.ts";
import { createLink, revokeLink } from "../links/manage-links.ts";
import { changeListed, demandInCharge } from "./say-community.ts";

/** From now on a group or public channel of this person's belongs to the community. */
export async function listPlace(
  client: Client,
  id: ConversationId,
  placeId: ConversationId,
  approval: boolean,
): Promise<void> {
  const { community } = demandInCharge(client, await client.vault.read("conversations", id));
  const known = community.listed.find(({ conversationId }) => conversationId === placeId);
  if (!known && community.listed.length >= MOST_LISTED) throw new Refused("commit.not_allowed", "");
  const place = await describe(client, placeId, approval);
  await changeListed(client, id, { listed: [place], unlisted: [] });
  if (known) await endLink(client, known);
}

/** With a link of its own into a group, so that taking it off the list closes that way and no other. */
async function describe(
  client: Client,
  conversationId: ConversationId,
  approval: boolean,
): Promise<ListedPlace> {
  const channel = await client.vault.read("channels", conversationId);
  if (channel) return { kind: "channel", conversationId, name: channel.title, handle: channel.handle };
  const group = await client.vault.read("conversations", conversationId);
  if (group?.kind !== "group" || isOut(group) || !group.about)
    throw new Refused("conversation.not_found", "");
  if (group.community || !isInCharge(group, client.accountId)) throw new Refused("commit.not_allowed", "");
  const link = await createLink(client, {
    kind: "create_link",
    conversationId,
    expiresIn: 0,
    uses: 0,
    approval,
  });
  if (link.secret === undefined) throw new Failed("crypto");
  const name = group.about.name;
  return {
    kind: "group",
    conversationId,
    name,
    secret: Uint8Array.fromBase64(link.secret, { alphabet: "base64url" }),
    approval: link.approval,
  };
}

/** A new group that belongs to the community from its first day; asked twice under one id, it is founded once. */
export async function foundInCommunity(
  client: Client,
  id: ConversationId,
  of: { readonly name: string; readonly approval: boolean },
  asked: MessageId,
): Promise<ConversationId> {
  demandInCharge(client, await client.vault.read("conversations", id));
  const group = await foundGroupOf(client, { name: of.name, usernames: [] }, asked);
  await listPlace(client, id, group, of.approval);
  return group;
}

/** It belongs to the community no more, and the way in that its members had is closed, as far as this person may. */
export async function unlistPlace(
  client: Client,
  id: ConversationId,
  placeId: ConversationId,
): Promise<void> {
  const { community } = demandInCharge(client, await client.vault.read("conversations", id));
  const known = community.listed.find(({ conversationId }) => conversationId === placeId);
  if (!known) return;
  await changeListed(client, id, { listed: [], unlisted: [placeId] });
  await endLink(client, known);
}

async function endLink(client: Client, place: ListedPlace): Promise<void> {
  if (place.kind !== "group") return;
  const group = await client.vault.read("conversations", place.conversationId);
  if (!group || isOut(group) || !isInCharge(group, client.accountId)) return;
  const { linkId } = await openJoinLink(Uint8Array.from(place.secret));
  await revokeLink(client, place.conversationId, linkId);
}
