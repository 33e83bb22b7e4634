import { html } from "htm/preact";
import { X } from "lucide";
import type { PlaceView } from "../delivery/communities/commands.ts";
import type { ConversationView } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";
import { chatPath } from "../routes.ts";
import { Avatar } from "../ui/avatar.ts";
import { IconButton } from "../ui/button.ts";

interface Props {
  place: PlaceView;
  name: string;
  /** Where this person is in it. */
  joined: ConversationView | undefined;
  /** Nothing can be done here now. */
  still: boolean;
  busy: boolean;
  onJoin: () => void;
  /** Undefined to those who may not. */
  onTakeOff: (() => void) | undefined;
}

/** Something that belongs to a community, how one gets into it, and the way itself. */
export function PlaceRow({ place, name, joined, still, busy, onJoin, onTakeOff }: Props) {
  return html`<li class="member place">
    <${Avatar} name=${name} of=${joined?.id} size="small" />
    <span class="member-words">
      <bdi class="member-name">${name}</bdi>
      <span class="member-rank">${sayWay(place, joined)}</span>
    </span>
    <span class="place-do">
      ${
        joined
          ? html`<a class="button button-plain" href=${chatPath(joined.id)} aria-label=${say("community.open_name", { name })}>${say("community.open_place")}</a>`
          : !still &&
            place.way !== "asked" &&
            html`<${Join} place=${place} name=${name} busy=${busy} onJoin=${onJoin} />`
      }
      ${onTakeOff && html`<${IconButton} icon=${X} label=${say("community.take_off_name", { name })} onPress=${onTakeOff} />`}
    </span>
  </li>`;
}

function Join({ place, name, busy, onJoin }: Pick<Props, "place" | "name" | "busy" | "onJoin">) {
  const asks = place.way === "ask";
  return html`<button
    type="button"
    class="button button-main"
    aria-disabled=${busy ? "true" : undefined}
    aria-label=${say(asks ? "community.ask_name" : "community.join_name", { name })}
    onClick=${() => {
      if (!busy) onJoin();
    }}
  >${say(asks ? "community.ask" : "community.join")}</button>`;
}

function sayWay({ kind, way }: PlaceView, joined: ConversationView | undefined): string {
  if (joined) return say("community.joined");
  if (kind === "channel") return say("community.public");
  if (way === "asked") return say("community.asked");
  return say(way === "ask" ? "community.asks" : "community.open");
}
