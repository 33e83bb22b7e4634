import type { Conversations } from "../conversations/model.ts";
import { nameOf } from "../conversations/name-of.ts";
import type { PlaceView } from "../delivery/communities/commands.ts";
import type { ConversationView } from "../delivery/patches.ts";
import { ownRank } from "../groups/members-of.ts";
import { withoutTurns } from "../languages/isolate.ts";

const OUT: readonly ConversationView["frozenBy"][] = ["removed", "left", "expelled", "ended"];

/** Where this person is in it, as it is here. */
export function joinedAs(
  { byId }: Conversations,
  { conversationId }: PlaceView,
): ConversationView | undefined {
  const known = byId.value.get(conversationId);
  return known && !(known.state === "frozen" && OUT.includes(known.frozenBy)) ? known : undefined;
}

/** What it is called now, to those who are in it; to others as it was called when it was listed. */
export function nameOfPlace(conversations: Conversations, place: PlaceView): string {
  const joined = joinedAs(conversations, place);
  return joined ? nameOf(joined) : withoutTurns(place.name);
}

/** Changes what belongs to the community. */
export function isInCharge(community: ConversationView): boolean {
  const own = community.state === "frozen" ? undefined : ownRank(community);
  return own === "owner" || own === "admin";
}

/** What this person may let belong to it, and does not yet. */
export function placesToAdd({ known }: Conversations, community: ConversationView): ConversationView[] {
  const listed = new Set(
    community.group?.community?.places.map(({ conversationId }) => conversationId) ?? [],
  );
  return known.value.filter((one) => {
    if (listed.has(one.id) || one.state === "frozen") return false;
    if (one.channel) return true;
    return one.kind === "group" && !one.group?.community && one.group?.name !== undefined && isInCharge(one);
  });
}
