import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import { MOST_LISTED } from "../../src/protocol/community.ts";
import type { Conversations } from "../conversations/model.ts";
import type { PlaceView } from "../delivery/communities/commands.ts";
import type { ConversationView } from "../delivery/patches.ts";
import { AskFirst } from "../groups/ask-first.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { readFailure } from "../read-failure.ts";
import { Button } from "../ui/button.ts";
import { Alert } from "../ui/notice.ts";
import { AddPlace } from "./add-place.ts";
import { isInCharge, joinedAs, nameOfPlace } from "./known-places.ts";
import { NewPlace } from "./new-place.ts";
import { PlaceRow } from "./place-row.ts";

export interface PlacesProps {
  conversations: Conversations;
  conversation: ConversationView;
}

type Asking = { readonly kind: "adding" | "founding" } | { readonly kind: "off"; readonly place: PlaceView };

/** What belongs to the community, to be joined or opened; and changed by those in charge. */
export function PlacesPart({ conversations, conversation }: PlacesProps) {
  const { id: conversationId } = conversation;
  const places = conversation.group?.community?.places ?? [];
  const mayChange = isInCharge(conversation);
  const asking = useSignal<Asking | undefined>(undefined);
  const { doing, failure, attempt } = useAttempt();
  useAsked(conversations, conversation);
  const close = () => {
    asking.value = undefined;
  };
  const ask = (next: Asking) => () => {
    asking.value = next;
  };
  const join = (place: PlaceView) => {
    const { conversationId: placeId } = place;
    const name = nameOfPlace(conversations, place);
    void attempt(say("community.joining", { name }), () =>
      conversations.doCommunity({ kind: "join_listed", conversationId, placeId }),
    );
  };
  const takeOff = ({ conversationId: placeId }: PlaceView) => {
    close();
    void attempt(say("community.working"), () =>
      conversations.doCommunity({ kind: "unlist_place", conversationId, placeId }),
    );
  };
  return html`<section class="details-part" aria-labelledby="community-places">
    <h3 id="community-places">${say("community.places")}</h3>
    ${doing.value !== undefined && html`<p class="waiting" role="status">${doing.value}</p>`}
    ${failure.value !== undefined && html`<${Alert} text=${sayFailure(failure.value)} />`}
    ${places.length === 0 && html`<p>${say(mayChange ? "community.none_in_charge" : "community.none")}</p>`}
    <ul class="members">
      ${places.map(
        (place) => html`<${PlaceRow}
          key=${place.conversationId}
          place=${place}
          name=${nameOfPlace(conversations, place)}
          joined=${joinedAs(conversations, place)}
          still=${conversation.state === "frozen"}
          busy=${doing.value !== undefined}
          onJoin=${() => join(place)}
          onTakeOff=${mayChange ? ask({ kind: "off", place }) : undefined}
        />`,
      )}
    </ul>
    ${
      mayChange &&
      places.length < MOST_LISTED &&
      html`<div class="places-do">
        <${Button} label=${say("community.new_group")} wide onPress=${ask({ kind: "founding" })} />
        <${Button} label=${say("community.add")} wide onPress=${ask({ kind: "adding" })} />
      </div>`
    }
    ${asking.value?.kind === "founding" && html`<${NewPlace} conversations=${conversations} community=${conversationId} onClose=${close} />`}
    ${asking.value?.kind === "adding" && html`<${AddPlace} conversations=${conversations} community=${conversation} onClose=${close} />`}
    ${asking.value?.kind === "off" && html`<${TakingOff} conversations=${conversations} place=${asking.value.place} onDo=${takeOff} onClose=${close} />`}
  </section>`;
}

interface TakingOffProps {
  conversations: Conversations;
  place: PlaceView;
  onDo: (place: PlaceView) => void;
  onClose: () => void;
}

function TakingOff({ conversations, place, onDo, onClose }: TakingOffProps) {
  return html`<${AskFirst}
    title=${say("community.take_off_title", { name: nameOfPlace(conversations, place) })}
    text=${say("community.take_off_text")}
    deed=${say("community.take_off")}
    onDo=${() => onDo(place)}
    onClose=${onClose}
  />`;
}

/** Whoever asked and was declined meanwhile may ask again: it is looked at once. */
function useAsked(conversations: Conversations, { id, group }: ConversationView): void {
  const waits = group?.community?.places.some(({ way }) => way === "asked") ?? false;
  useEffect(() => {
    // Without the server nothing is known anew, and nothing is lost.
    if (waits) conversations.doCommunity({ kind: "renew_asked", conversationId: id }).catch(() => undefined);
  }, [id]);
}

function useAttempt() {
  const doing = useSignal<string | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  const attempt = async (what: string, work: () => Promise<unknown>) => {
    if (doing.value !== undefined) return;
    doing.value = what;
    failure.value = undefined;
    try {
      await work();
    } catch (error) {
      failure.value = readFailure(error);
    } finally {
      doing.value = undefined;
    }
  };
  return { doing, failure, attempt };
}
