import { useModel, useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { SquarePen } from "lucide";
import type { ConversationView } from "../delivery/patches.ts";
import { directionOf, say } from "../languages/language.ts";
import { chatPath, navigate } from "../routes.ts";
import { Avatar, SavedAvatar } from "../ui/avatar.ts";
import { Dialog } from "../ui/dialog.ts";
import { Icon } from "../ui/icon.ts";
import { Alert } from "../ui/notice.ts";
import { findConversations } from "./find-conversations.ts";
import type { Conversations, SignedIn } from "./model.ts";
import { nameOf } from "./name-of.ts";
import { sayProblem } from "./say-problem.ts";
import { Search } from "./search-model.ts";

const SHOWN = 8;

export interface SwitcherProps {
  conversations: Conversations;
  me: SignedIn | undefined;
  onClose: () => void;
}

export function QuickSwitcher({ conversations, me, onClose }: SwitcherProps) {
  const typed = useSignal("");
  const chosen = useSignal(0);
  const search = useModel(() => new Search({ conversations, own: me?.username, found: go }));
  const listed = conversations.listed.value;
  const found = findConversations(conversations.known.value, typed.value, nameOf).slice(0, SHOWN);
  const name = typed.value.trim();
  const writable = name !== "" && !found.some((conversation) => nameOf(conversation) === name);
  const choices = found.length + (writable ? 1 : 0);
  function go(path: string): void {
    onClose();
    if (path !== location.pathname) navigate(path);
    // Once the dialog has given the focus back.
    else requestAnimationFrame(() => document.querySelector<HTMLElement>(".composer-box")?.focus());
  }
  const take = (index: number) => {
    const conversation = found[index];
    if (conversation) return go(chatPath(conversation.id));
    search.username.value = name;
    search.start();
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
      aria-activedescendant=${choices > 0 ? `switch-${chosen.value}` : undefined}
      aria-label=${say("switcher.placeholder")}
      placeholder=${say("switcher.placeholder")}
      autocomplete="off"
      onInput=${(event: InputEvent) => {
        if (event.currentTarget instanceof HTMLInputElement) typed.value = event.currentTarget.value;
        chosen.value = 0;
        search.problem.value = undefined;
      }}
      onKeyDown=${(event: KeyboardEvent) => {
        if (event.isComposing) return;
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (step !== undefined) chosen.value = (chosen.value + step + choices) % Math.max(choices, 1);
        else if (event.key === "Enter" && choices > 0) take(chosen.value);
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
          onPress=${() => take(index)}
        />`,
      )}
      ${
        writable &&
        html`<li
        id=${`switch-${found.length}`}
        class="switcher-option"
        role="option"
        aria-selected=${chosen.value === found.length ? "true" : "false"}
        onClick=${() => take(found.length)}
      >
        <${Icon} of=${SquarePen} />
        <span dir="auto">${say("switcher.write_to", { name })}</span>
      </li>`
      }
    </ul>
    ${listed.length === 0 && name === "" && html`<p class="switcher-nothing" role="status">${say("switcher.empty")}</p>`}
    <${Problem} search=${search} />
  <//>`;
}

function Problem({ search }: { search: Search }) {
  if (search.busy.value)
    return html`<p class="switcher-nothing" role="status">${say("new.working", { name: search.asked.value })}</p>`;
  const problem = sayProblem(search);
  return problem === undefined ? null : html`<${Alert} text=${problem} />`;
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
    ${conversation.kind === "saved" ? html`<${SavedAvatar} size="small" />` : html`<${Avatar} name=${name} of=${conversation.peer?.accountId ?? conversation.id} size="small" />`}
    <span dir="auto">${name}</span>
  </li>`;
}
