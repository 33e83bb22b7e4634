import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { findConversations } from "../conversations/find-conversations.ts";
import type { Conversations } from "../conversations/model.ts";
import { nameOf } from "../conversations/name-of.ts";
import type { ConversationView } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { Avatar, SavedAvatar } from "../ui/avatar.ts";
import { Dialog } from "../ui/dialog.ts";
import { Field } from "../ui/field.ts";
import { Alert } from "../ui/notice.ts";

const SHOWN = 8;

interface Props {
  conversations: Conversations;
  failure: string | undefined;
  onChoose: (to: ConversationView) => void;
  onClose: () => void;
}

export function ChooseConversation({ conversations, failure, onChoose, onClose }: Props) {
  const typed = useSignal("");
  const open = conversations.known.value.filter(
    // What was written in private goes into no public channel by a slip.
    ({ channel, state, identityChanged, standing, group }) =>
      !channel && !group?.silent && state !== "frozen" && !identityChanged && standing === undefined,
  );
  return html`<${Dialog} title=${say("deed.forward_to")} onClose=${onClose}>
    ${failure !== undefined && html`<${Alert} text=${sayFailure(failure)} />`}
    <${Field} name="forward-to" label=${say("list.find")} value=${typed} autocomplete="off" focused />
    <div class="choices">
      ${findConversations(open, typed.value, nameOf)
        .slice(0, SHOWN)
        .map(
          (
            one,
          ) => html`<button class="choice choice-short" type="button" key=${one.id} onClick=${() => onChoose(one)}>
            ${one.kind === "saved" ? html`<${SavedAvatar} size="small" />` : html`<${Avatar} name=${nameOf(one)} of=${one.peer?.accountId ?? one.id} size="small" />`}
            <bdi class="choice-title">${nameOf(one)}</bdi>
          </button>`,
        )}
    </div>
  <//>`;
}
