import type { Signal } from "@preact/signals";
import { useModel } from "@preact/signals";
import { html } from "htm/preact";
import { ArrowLeft } from "lucide";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { AccountId, ConversationId } from "../../src/protocol/ids.ts";
import { findConversations } from "../conversations/find-conversations.ts";
import { ListRow } from "../conversations/list-row.ts";
import type { Conversations } from "../conversations/model.ts";
import { nameOf, nameOfMember } from "../conversations/name-of.ts";
import type { Held } from "../delivery/commands.ts";
import type { ConversationView } from "../delivery/patches.ts";
import { directionOf, say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { Button, IconButton } from "../ui/button.ts";
import { Alert } from "../ui/notice.ts";
import { HitRow } from "./hit-row.ts";
import { MessageSearch, SPANS, type Span } from "./search-model.ts";

const NAMES_SHOWN = 5;
const HELD: readonly Held[] = ["pictures", "films", "sounds", "files", "links"];

interface Props {
  conversations: Conversations;
  /** The conversation beside the list. */
  current: ConversationId | undefined;
  /** The conversation that the search begins in. */
  within: ConversationId | undefined;
  onClose: () => void;
}

/** In place of the list: conversations by name, and messages by their words, in all that this device keeps. */
export function SearchPane({ conversations, current, within, onClose }: Props) {
  const search = useModel(() => new MessageSearch(conversations.search, within));
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => search.close, []);
  useEffect(() => {
    search.conversationId.value = within;
  }, [within]);
  useFocusOnceSeen(box, within);
  const typed = search.typed.value;
  const found =
    typed.trim() === ""
      ? []
      : findConversations(conversations.known.value, typed, nameOf).slice(0, NAMES_SHOWN);
  return html`<div class="search" role="search" onKeyDown=${(event: KeyboardEvent) => walk(event, onClose)}>
    <h1 class="visually-hidden">${say("list.find")}</h1>
    <header class="bar list-bar">
      <${IconButton} icon=${ArrowLeft} mirrored label=${say("search.close")} onPress=${onClose} />
      <input
        class="search-box"
        type="search"
        data-first-focus
        ref=${box}
        dir=${directionOf(typed)}
        aria-label=${say("search.label")}
        placeholder=${say("search.label")}
        autocomplete="off"
        value=${typed}
        onInput=${(event: InputEvent) => {
          if (event.currentTarget instanceof HTMLInputElement) search.typed.value = event.currentTarget.value;
        }}
      />
    </header>
    <${Filters} search=${search} conversations=${conversations} />
    <div class="search-found">
      ${
        found.length > 0 &&
        html`<h2 class="search-title">${say("list.title")}</h2>
      <ul class="rows search-rows">
        ${found.map(
          (conversation) => html`<${ListRow}
            key=${conversation.id}
            conversation=${conversation}
            current=${conversation.id === current}
            draft=${undefined}
            typing=${false}
          />`,
        )}
      </ul>`
      }
      <${Messages} search=${search} conversations=${conversations} />
    </div>
  </div>`;
}

function Messages({ search, conversations }: { search: MessageSearch; conversations: Conversations }) {
  const state = search.state.value;
  const hits = search.hits.value;
  if (state === "idle") return html`<p class="search-said">${say("search.hint")}</p>`;
  if (state === "failed")
    return html`<div class="search-said">
      <${Alert} text=${sayFailure(search.failure.value ?? "storage")} />
      <${Button} label=${say("do.try_again")} onPress=${search.ask} />
    </div>`;
  return html`<h2 class="search-title">${say("chat.messages")}</h2>
    <ul class="rows search-rows">
      ${hits.map(
        (hit) =>
          html`<${HitRow} key=${hit.messageId} hit=${hit} typed=${search.typed.value} conversations=${conversations} />`,
      )}
    </ul>
    ${search.next.value !== undefined && html`<${Button} label=${say("search.more")} kind="quiet" wide onPress=${search.more} />`}
    <p class="search-said" role="status">
      ${state === "searching" ? say("search.opening") : hits.length === 0 && say("search.nothing")}
    </p>`;
}

interface FiltersProps {
  search: MessageSearch;
  conversations: Conversations;
}

function Filters({ search, conversations }: FiltersProps) {
  const known = conversations.known.value;
  const me = conversations.me.value;
  const people = [
    ...(me ? [{ accountId: me.accountId, name: say("search.by_me") }] : []),
    ...peopleIn(known, me?.accountId),
  ];
  return html`<div class="search-filters">
    <${Choice} label=${say("search.where")} of=${search.conversationId} options=${[
      { value: undefined, label: say("search.where_all") },
      ...known.map((view) => ({ value: view.id, label: nameOf(view) })),
    ]} />
    <${Choice} label=${say("search.by")} of=${search.sender} options=${[
      { value: undefined, label: say("search.by_all") },
      ...people.map(({ accountId, name }) => ({ value: accountId, label: name })),
    ]} />
    <${Choice} label=${say("search.when")} of=${search.span} options=${(Object.keys(SPANS) as Span[]).map(
      (span) => ({ value: span, label: say(`search.when_${span}`) }),
    )} />
    <${Choice} label=${say("search.holds")} of=${search.holds} options=${[
      { value: undefined, label: say("search.holds_any") },
      ...HELD.map((held) => ({ value: held, label: say(`search.holds_${held}`) })),
    ]} />
    ${search.span.value === "dates" && html`<${Day} label=${say("search.from")} of=${search.from} /><${Day} label=${say("search.until")} of=${search.until} />`}
  </div>`;
}

/** Whom one writes with, alone or in groups. */
function peopleIn(views: readonly ConversationView[], me: AccountId | undefined) {
  const names = new Map<AccountId, string>();
  for (const view of views) {
    if (view.peer) names.set(view.peer.accountId, nameOf(view));
    for (const { accountId } of view.group?.people ?? [])
      if (accountId !== me && !names.has(accountId)) names.set(accountId, nameOfMember(view, accountId));
  }
  return [...names]
    .map(([accountId, name]) => ({ accountId, name }))
    .sort((one, other) => one.name.localeCompare(other.name));
}

interface ChoiceProps<Value> {
  label: string;
  of: Signal<Value>;
  options: readonly { value: Value; label: string }[];
}

function Choice<Value extends string | undefined>({ label, of, options }: ChoiceProps<Value>) {
  return html`<select
    class="search-choice"
    aria-label=${label}
    onChange=${(event: Event) => {
      const option =
        event.currentTarget instanceof HTMLSelectElement && options[event.currentTarget.selectedIndex];
      if (option) of.value = option.value;
    }}
  >
    ${options.map((option) => html`<option selected=${option.value === of.value}>${option.label}</option>`)}
  </select>`;
}

function Day({ label, of }: { label: string; of: Signal<string> }) {
  return html`<label class="search-day">
    <span>${label}</span>
    <input
      class="search-choice"
      type="date"
      value=${of.value}
      onChange=${(event: Event) => {
        if (event.currentTarget instanceof HTMLInputElement) of.value = event.currentTarget.value;
      }}
    />
  </label>`;
}

/** On a phone the list is not there yet when a search begins in a conversation. */
function useFocusOnceSeen(box: RefObject<HTMLInputElement | null>, within: ConversationId | undefined): void {
  useEffect(() => {
    if (!box.current) return;
    const seen = new ResizeObserver(([entry]) => {
      if (!entry || entry.contentRect.width === 0) return;
      seen.disconnect();
      box.current?.focus();
    });
    seen.observe(box.current);
    return () => seen.disconnect();
  }, [within]);
}

/** Down from the box into what was found and up again; Esc ends the search. */
function walk(event: KeyboardEvent, onClose: () => void): void {
  if (event.isComposing || !(event.currentTarget instanceof HTMLElement)) return;
  if (event.key === "Escape") {
    event.preventDefault();
    onClose();
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined || isChosenByArrows(event.target)) return;
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>(".search-box, .row")];
  const at = stops.findIndex((stop) => stop.contains(document.activeElement));
  stops[Math.min(Math.max(at + step, 0), stops.length - 1)]?.focus();
  event.preventDefault();
}

function isChosenByArrows(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && target.type === "date")
  );
}
