import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { Archive, Search, Settings, SquarePen, UserPlus } from "lucide";
import { useEffect } from "preact/hooks";
import type { ConversationId } from "../../src/protocol/ids.ts";
import type { ConversationView } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";
import { INVITING, navigate, SETTINGS } from "../routes.ts";
import { Button, IconButton } from "../ui/button.ts";
import { fetchedOnce } from "../ui/fetched-once.ts";
import { Guarded } from "../ui/guarded.ts";
import { Icon } from "../ui/icon.ts";
import { later } from "../ui/later.ts";
import { Notice, Waiting } from "../ui/notice.ts";
import { ConnectionTitle, type Said } from "./connection-line.ts";
import { ListRow } from "./list-row.ts";
import { ListEdge } from "./list-width.ts";
import { mayInvite } from "./may-invite.ts";
import type { Conversations } from "./model.ts";
import { sayTyping } from "./say-typing.ts";

interface Props {
  conversations: Conversations;
  said: Said;
  current: ConversationId | undefined;
  inSettings: boolean;
  searching: Searching | undefined;
  onNew: () => void;
  /** Begins a search, or ends it. */
  onSearch: (searching: Searching | undefined) => void;
}

/** Within one conversation, or everywhere. */
export interface Searching {
  readonly within?: ConversationId;
}

const folderBar = fetchedOnce(async () => (await import("./folder-bar.ts")).openFolderBar());

const notes = fetchedOnce(async () => (await import("../devices/list-notes.ts")).openListNotes());

/** Before it, nobody is reminded of anything. */
const FIRST_MINUTE = 60_000;
const BrokenRow = later(async () => (await import("./broken-row.ts")).BrokenRow, "instead");

const SearchPane = later(async () => (await import("../search/search-pane.ts")).SearchPane, "search");

export function ConversationList({ searching, ...props }: Props) {
  const { conversations, said, current, inSettings, onNew, onSearch } = props;
  if (searching)
    return html`<nav class="list" aria-label=${say("list.title")}>
      <${SearchPane} conversations=${conversations} current=${current} within=${searching.within} onClose=${() => onSearch(undefined)} />
      <${ListEdge} />
    </nav>`;
  return html`<nav class="list" aria-label=${say("list.title")}>
    <header class="bar list-bar">
      <${ConnectionTitle} said=${said} onRetry=${conversations.reconnect} />
      <${IconButton} icon=${Search} label=${say("list.find")} onPress=${() => onSearch({})} />
      <${IconButton} icon=${SquarePen} label=${say("list.new")} onPress=${onNew} />
      <${IconButton}
        icon=${Settings}
        label=${say("list.settings")}
        class=${inSettings ? "icon-button-on" : ""}
        onPress=${() => navigate(SETTINGS)}
      />
    </header>
    <${Notes} conversations=${conversations} />
    <${Body} conversations=${conversations} current=${current} onNew=${onNew} />
    <${ListEdge} />
  </nav>`;
}

function Notes({ conversations }: Pick<Props, "conversations">) {
  const awaited = conversations.listed.value.length > 0 ? FIRST_MINUTE : undefined;
  const wait = conversations.seating.value?.whose === "own" ? 0 : awaited;
  useEffect(() => {
    if (wait === undefined) return;
    const timer = setTimeout(notes.fetch, wait);
    return () => clearTimeout(timer);
  }, [wait]);
  const ListNotes = notes.fetched.value;
  return ListNotes && html`<${ListNotes} conversations=${conversations} />`;
}

type BodyProps = Pick<Props, "conversations" | "current" | "onNew">;

function Body({ conversations, current, onNew }: BodyProps) {
  const showing = useSignal(false);
  const listed = conversations.listed.value;
  const archived = conversations.archived.value;
  const folders = conversations.folders.value;
  const folder = folders.find((name) => name === conversations.folder.value);
  const FolderBar = folderBar.fetched.value;
  useEffect(() => {
    if (folders.length > 0) void folderBar.fetch();
  }, [folders.length > 0]);
  if (listed.length === 0 && archived.length === 0)
    return conversations.complete.value
      ? html`<${Notice} title=${say("list.empty")} text=${say("list.empty_text")}>
          <${Button} label=${say("list.new")} kind="main" icon=${SquarePen} onPress=${onNew} />
          ${
            mayInvite(conversations.me.value?.role) &&
            html`<${Button} label=${say("new.invite")} icon=${UserPlus} onPress=${() => navigate(SETTINGS + INVITING)} />`
          }
        <//>`
      : html`<${Waiting} text=${say("list.loading")} />`;
  const rows = (views: readonly ConversationView[]) =>
    views.map(
      (
        conversation,
      ) => html`<${Guarded} key=${conversation.id} of=${conversation} instead=${html`<${BrokenRow} conversation=${conversation} />`}><${ListRow}
        conversation=${conversation}
        current=${conversation.id === current}
        draft=${conversation.id === current ? undefined : conversations.drafts.value.get(conversation.id)}
        typing=${sayTyping(conversation, conversations.typing.value.get(conversation.id))}
      /><//>`,
    );
  const shown =
    folder === undefined ? listed : listed.filter(({ shelf }) => shelf?.folders?.includes(folder));
  return html`${folders.length > 0 && FolderBar && html`<${FolderBar} conversations=${conversations} folders=${folders} folder=${folder} />`}
  <ul class="rows" onKeyDown=${moveFocus}>
    ${rows(shown)}
    ${
      archived.length > 0 &&
      folder === undefined &&
      html`<li>
        <button
          type="button"
          class="row row-archived"
          aria-expanded=${showing.value ? "true" : "false"}
          onClick=${() => {
            showing.value = !showing.value;
          }}
        ><${Icon} of=${Archive} /> ${say("shelf.archived", { count: archived.length })}</button>
      </li>`
    }
    ${showing.value && rows(archived)}
  </ul>`;
}

/** Arrow keys walk the rows, Home and End reach the first and the last; Enter opens, as with any link. */
function moveFocus(event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
  if (step === undefined || !(event.currentTarget instanceof HTMLElement)) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>(".row")];
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  rows[Math.min(Math.max(at + step, 0), rows.length - 1)]?.focus();
  event.preventDefault();
}
