import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import type { Conversations } from "../conversations/model.ts";
import { nameOf } from "../conversations/name-of.ts";
import type { ConversationView } from "../delivery/patches.ts";
import { isChannel } from "../groups/may.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { readFailure } from "../read-failure.ts";
import { Avatar } from "../ui/avatar.ts";
import { Dialog } from "../ui/dialog.ts";
import { Alert } from "../ui/notice.ts";
import { placesToAdd } from "./known-places.ts";
import { AskSwitch } from "./new-place.ts";

interface Props {
  conversations: Conversations;
  community: ConversationView;
  onClose: () => void;
}

/** A press lets it belong to the community. */
export function AddPlace({ conversations, community, onClose }: Props) {
  const approval = useSignal(false);
  const busy = useSignal(false);
  const failure = useSignal<string | undefined>(undefined);
  const found = placesToAdd(conversations, community);
  const add = async ({ id: placeId }: ConversationView) => {
    if (busy.value) return;
    busy.value = true;
    failure.value = undefined;
    try {
      await conversations.doCommunity({
        kind: "list_place",
        conversationId: community.id,
        placeId,
        approval: approval.value,
      });
      onClose();
    } catch (error) {
      failure.value = readFailure(error);
    } finally {
      busy.value = false;
    }
  };
  return html`<${Dialog} title=${say("community.add")} onClose=${onClose}>
    <div class="new-form">
      <p>${found.length === 0 ? say("community.add_none") : say("community.add_text")}</p>
      ${found.some((one) => !one.channel && !isChannel(one)) && html`<${AskSwitch} approval=${approval} />`}
      ${failure.value !== undefined && html`<${Alert} text=${sayFailure(failure.value)} />`}
      ${busy.value && html`<p class="waiting" role="status">${say("community.working")}</p>`}
    </div>
    <div class="choices">
      ${found.map(
        (
          one,
        ) => html`<button class="choice choice-short" type="button" key=${one.id} onClick=${() => add(one)}>
          <${Avatar} name=${nameOf(one)} of=${one.id} size="small" />
          <span class="choice-words">
            <bdi class="choice-title">${nameOf(one)}</bdi>
            ${one.channel && html`<span class="choice-text">${say("community.public")}</span>`}
            ${isChannel(one) && html`<span class="choice-text">${say("community.private")}</span>`}
          </span>
        </button>`,
      )}
    </div>
  <//>`;
}
