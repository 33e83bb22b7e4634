import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import type { ConversationView } from "../delivery/patches.ts";
import { directionOf, say } from "../languages/language.ts";
import { chatPath, navigate } from "../routes.ts";
import { Avatar, SavedAvatar } from "../ui/avatar.ts";
import { Dialog } from "../ui/dialog.ts";
import { findConversations } from "./find-conversations.ts";
import type { Conversations } from "./model.ts";
import { nameOf } from "./name-of.ts";

const SHOWN = 8;

export function QuickSwitcher({
  conversations,
  onClose,
}: {
  conversations: Conversations;
  onClose: () => void;
}) {
  const typed = useSignal("");
  const chosen = useSignal(0);
  const found = findConversations(conversations.listed.value, typed.value, nameOf).slice(0, SHOWN);
  const open = (conversation: ConversationView | undefined) => {
    if (!conversation) return;
    onClose();
    navigate(chatPath(conversation.id));
  };
  return html`<${Dialog} title=${say("switcher.title")} onClose=${onClose}>
    <input
      data-first-focus
      class="switcher-box"
      type="text"
      dir=${directionOf(typed.value)}
      role="combobox"
      aria-expanded="true"
      aria-controls="switcher-list"
      aria-activedescendant=${found.length > 0 ? `switch-${chosen.value}` : undefined}
      aria-label=${say("switcher.placeholder")}
      placeholder=${say("switcher.placeholder")}
      autocomplete="off"
      onInput=${(event: InputEvent) => {
        if (event.currentTarget instanceof HTMLInputElement) typed.value = event.currentTarget.value;
        chosen.value = 0;
      }}
      onKeyDown=${(event: KeyboardEvent) => {
        if (event.isComposing) return;
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (step !== undefined)
          chosen.value = (chosen.value + step + found.length) % Math.max(found.length, 1);
        else if (event.key === "Enter") open(found[chosen.value]);
        else return;
        event.preventDefault();
      }}
    />
    <ul class="switcher" id="switcher-list" role="listbox" aria-label=${say("list.title")}>
      ${found.map(
        (conversation, index) => html`<${Option}
          key=${conversation.id}
          id=${`switch-${index}`}
          conversation=${conversation}
          chosen=${index === chosen.value}
          onPress=${() => open(conversation)}
        />`,
      )}
    </ul>
    ${found.length === 0 && html`<p class="switcher-nothing" role="status">${say("switcher.nothing")}</p>`}
  <//>`;
}

interface OptionProps {
  id: string;
  conversation: ConversationView;
  chosen: boolean;
  onPress: () => void;
}

function Option({ id, conversation, chosen, onPress }: OptionProps) {
  const name = nameOf(conversation);
  return html`<li id=${id} class="switcher-option" role="option" aria-selected=${chosen ? "true" : "false"} onClick=${onPress}>
    ${conversation.kind === "saved" ? html`<${SavedAvatar} size="small" />` : html`<${Avatar} name=${name} size="small" />`}
    <span dir="auto">${name}</span>
  </li>`;
}
