import type { ListedPlace } from "../../../src/protocol/community.ts";
import { sha256 } from "../../../src/protocol/signing.ts";
import type { ConversationRecord } from "../../storage/records.ts";

/** A hash of what the previews of the links made here should say; they are renewed when they say something else. */
export async function wantedPreview({ about, people, community }: ConversationRecord): Promise<string> {
  const inside = people.flatMap(({ accountId, rank }) => (rank === null ? [] : accountId));
  const listed = community?.listed.map((one) => `${one.conversationId} ${keyOf(one)} ${one.name}`) ?? [];
  const said = [about?.name ?? "", ...inside.sort(), ...listed].join("\n");
  return (await sha256(new TextEncoder().encode(said))).toBase64();
}

/** Another way in is another thing to show. */
function keyOf(place: ListedPlace): string {
  return place.kind === "channel" ? place.handle : place.secret.toHex();
}

/** Whether a link that was made on this device shows what is no longer so. */
export async function arePreviewsOld(conversation: ConversationRecord): Promise<boolean> {
  const wanted = await wantedPreview(conversation);
  return (conversation.links ?? []).some(({ told }) => told !== wanted);
}
