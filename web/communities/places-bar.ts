import { html } from "htm/preact";
import { Boxes } from "lucide";
import type { Conversations } from "../conversations/model.ts";
import type { ConversationView } from "../delivery/patches.ts";
import { learnWords, say } from "../languages/language.ts";
import { detailsPath } from "../routes.ts";
import { Icon } from "../ui/icon.ts";
import { nameOfPlace } from "./known-places.ts";

export interface PlacesBarProps {
  conversations: Conversations;
  conversation: ConversationView;
}

export async function openPlacesBar() {
  await learnWords("communities");
  return PlacesBar;
}

/** Over the announcements: what belongs to the community, and the way to where it is joined. */
function PlacesBar({ conversations, conversation }: PlacesBarProps) {
  const places = conversation.group?.community?.places ?? [];
  const names = places.map((place) => nameOfPlace(conversations, place));
  return html`<a class="pin-bar places-bar" href=${detailsPath(conversation.id)}>
    <${Icon} of=${Boxes} size=${18} />
    <span class="pin-words">
      <span class="pin-title">${places.length === 0 ? say("community.places") : say("community.bar", { count: places.length })}</span>
      <span class="quote-words">${places.length === 0 ? say("community.none") : names.map((name, at) => html`${at > 0 && " · "}<bdi>${name}</bdi>`)}</span>
    </span>
  </a>`;
}
