import type { ListedPlace } from "../../../src/protocol/community.ts";
import type { ConversationRecord } from "../../storage/records.ts";

/** What the previews of the links made here should say; they are renewed when they say something else. */
export function wantedPreview({ about, people, community }: ConversationRecord): string {
  const inside = people.flatMap(({ accountId, rank }) => (rank === null ? [] : accountId));
  const listed = community?.listed.map((one) => `${one.conversationId} ${keyOf(one)} ${one.name}`) ?? [];
  return [about?.name ?? "", ...inside.sort(), ...listed].join("\n");
}

/** Another way in is another thing to show. */
function keyOf(place: ListedPlace): string {
  return place.kind === "channel" ? place.handle : place.secret.toHex();
}

/** Whether a link that was made on this device shows what is no longer so. */
export function arePreviewsDue(conversation: ConversationRecord): boolean {
  const { state, links = [] } = conversation;
  if (state !== "ready" || links.length === 0) return false;
  const wanted = wantedPreview(conversation);
  return links.some(({ told }) => told !== wanted);
}
