import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { ConversationId } from "../../src/protocol/ids.ts";
import type { UnusableProps } from "../devices/unusable.ts";
import { plainWords } from "../formatting/formatting.ts";
import { say } from "../languages/language.ts";
import type { Means } from "../means.ts";
import { sayQuestion } from "../polls/say-question.ts";
import { CHAT, chatPath, goBack, navigate, page } from "../routes.ts";
import { Guarded } from "../ui/guarded.ts";
import { later } from "../ui/later.ts";
import { Notice, Waiting } from "../ui/notice.ts";
import { useTitle } from "../ui/title.ts";
import { ConnectionHeard, useConnectionSaid } from "./connection-line.ts";
import { ConversationPane } from "./conversation.ts";
import { ConversationList, type Searching } from "./list.ts";
import type { Conversations } from "./model.ts";
import { nameOf, nameOfMember } from "./name-of.ts";
import type { SwitcherProps } from "./quick-switcher.ts";

const SettingsPane = later(
  async () => (await import("../settings/view.ts")).SettingsPane,
  "settings",
  "several",
);
const Details = later(
  async () => (await import("./details.ts")).Details,
  "details",
  "several",
  "groups",
  "begin",
  "communities",
);
const NewConversation = later(async () => (await import("./new-conversation.ts")).NewConversation, "begin");

const Elsewhere = later<Whole>(
  async () => (await import("../devices/elsewhere.ts")).Elsewhere,
  "devices",
  "several",
);
const Unusable = later<UnusableProps>(
  async () => (await import("../devices/unusable.ts")).Unusable,
  "instead",
);
const QuickSwitcher = later<SwitcherProps>(
  async () => (await import("./quick-switcher.ts")).QuickSwitcher,
  "begin",
);

const NewGroup = later(async () => (await import("../groups/new-group.ts")).NewGroup, "groups", "begin");

const NewChannel = later(
  async () => (await import("../channels/new-channel.ts")).NewChannel,
  "channels",
  "begin",
);

const NewCommunity = later(
  async () => (await import("../communities/new-community.ts")).NewCommunity,
  "communities",
  "begin",
);

const FirstMessage = later(async () => (await import("./first-message.ts")).FirstMessage, "begin");

const JoinGroup = later(async () => (await import("../groups/join-group.ts")).JoinGroup, "links");

interface Whole {
  conversations: Conversations;
  means: Means;
}

/** Where the list and a conversation are not beside each other. */
const ONE_PANE = "(max-width: 719px)";

type Sheet = "new" | "group" | "private_channel" | "channel" | "community" | "switcher" | undefined;

/** The panes side by side where there is room, one at a time where there is not. */
export function Shell({ conversations, means }: Whole) {
  const device = conversations.device.value;
  const unread = conversations.unread.value;
  useTitle(unread > 0 ? `(${unread}) ${say("app.title")}` : say("app.title"));
  if (device.kind === "elsewhere")
    return html`<${Elsewhere} conversations=${conversations} means=${means} />`;
  if (device.kind === "unusable") return html`<${Unusable} reason=${device.reason} />`;
  if (device.kind === "starting")
    return html`<main class="page">
      <h1 class="visually-hidden">${say("app.title")}</h1>
      <${Waiting} text=${`${say("starting.title")} ${say("starting.text")}`} />
    </main>`;
  return html`<${Panes} conversations=${conversations} means=${means} />`;
}

function Panes({ conversations, means }: Whole) {
  const sheet = useSignal<Sheet>(undefined);
  const searching = useSignal<Searching | undefined>(undefined);
  const said = useConnectionSaid(conversations.connection.value);
  const now = page.value;
  const pane = now.kind === "chat" ? now.pane : "list";
  const id = now.kind === "chat" ? now.conversationId : undefined;
  const join = now.kind === "chat" ? now.join : undefined;
  const first = now.kind === "chat" ? now.writeTo : undefined;
  const asked = now.kind === "chat" && now.asksWhom === true;
  const close = () => {
    sheet.value = undefined;
    if (asked) navigate(CHAT, { replace: true });
  };
  const search = (next: Searching | undefined) => {
    const before = searching.value?.within;
    searching.value = next;
    if (!matchMedia(ONE_PANE).matches) return;
    if (next?.within) navigate(CHAT);
    else if (before && id === undefined) goBack(chatPath(before));
  };
  useEffect(() => {
    if (asked) sheet.value = "new";
  }, [asked]);
  useShortcuts({
    toSwitcher: () => {
      sheet.value = "switcher";
    },
    back: () => leavePane(pane, id === undefined ? CHAT : chatPath(id)),
    idle: () => sheet.value === undefined && document.querySelector("dialog[open]") === null,
  });
  useReturningFocus(id);
  useLooking(conversations, id);
  return html`<main class="shell" data-pane=${pane}>
    <${ConversationList}
      conversations=${conversations}
      said=${said}
      current=${id}
      inSettings=${pane === "settings"}
      onNew=${() => {
        sheet.value = "new";
      }}
      searching=${searching.value}
      onSearch=${search}
    />
    <div class="main">
      <${Guarded} key=${pane === "settings" ? pane : id} of=${now}>${
        pane === "settings"
          ? html`<${SettingsPane} means=${means} conversations=${conversations} me=${conversations.me.value} />`
          : join !== undefined
            ? html`<${JoinGroup} key=${join.linkId} conversations=${conversations} linkId=${join.linkId} secret=${join.secret} />`
            : first !== undefined
              ? html`<${FirstMessage} key=${first} conversations=${conversations} to=${first} fingerprint=${now.kind === "chat" ? now.fingerprint : undefined} />`
              : id === undefined
                ? html`<${NothingChosen} any=${conversations.listed.value.length > 0} />`
                : html`<${ConversationPane} key=${id} conversations=${conversations} said=${said} id=${id} details=${pane === "details"} onSearch=${() => search({ within: id })} />`
      }<//>
    </div>
    ${pane === "details" && id !== undefined && html`<${Guarded} key=${id} of=${now}><${Details} key=${id} conversations=${conversations} id=${id} /><//>`}
    ${
      sheet.value === "new" &&
      html`<${NewConversation} conversations=${conversations} me=${conversations.me.value} onGroup=${() => {
        close();
        sheet.value = "group";
      }} onPrivateChannel=${() => {
        close();
        sheet.value = "private_channel";
      }} onChannel=${() => {
        close();
        sheet.value = "channel";
      }} onCommunity=${() => {
        close();
        sheet.value = "community";
      }} onClose=${close} />`
    }
    ${sheet.value === "group" && html`<${NewGroup} conversations=${conversations} onClose=${close} />`}
    ${sheet.value === "private_channel" && html`<${NewGroup} channel conversations=${conversations} onClose=${close} />`}
    ${sheet.value === "channel" && html`<${NewChannel} conversations=${conversations} onClose=${close} />`}
    ${sheet.value === "community" && html`<${NewCommunity} conversations=${conversations} onClose=${close} />`}
    ${sheet.value === "switcher" && html`<${QuickSwitcher} conversations=${conversations} me=${conversations.me.value} onClose=${close} />`}
    <${ConnectionHeard} said=${said} />
    <${Heard} conversations=${conversations} />
  </main>`;
}

function NothingChosen({ any }: { any: boolean }) {
  if (!any) return html`<${Notice} title=${say("chat.none_yet")} text=${say("chat.none_yet_text")} />`;
  return html`<${Notice}
    title=${say("chat.none")}
    text=${html`<span>${say("chat.none_text", { keys: SWITCHER_KEYS })}</span>`}
  />`;
}

const SWITCHER_KEYS = /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘K" : "Ctrl+K";

/** New messages of the open page, said to those who cannot see them. */
function Heard({ conversations }: { conversations: Conversations }) {
  const message = conversations.heard.value;
  const view = message && conversations.byId.value.get(message.conversationId);
  const from = view && (view.group ? nameOfMember(view, message.sender) : nameOf(view));
  const text = message?.body.kind === "text" ? plainWords(sayQuestion(message.body)) : undefined;
  return html`<div class="visually-hidden" role="status">
    ${text !== undefined && !view?.shelf?.muted && say("chat.new_message", { name: from ?? say("people.unknown"), text })}
  </div>`;
}

function leavePane(pane: string, conversation: string): void {
  if (pane === "details") goBack(conversation);
  else if (pane === "conversation" || pane === "settings") goBack(CHAT);
}

/** Leaving a conversation for the list, the focus goes back to the row it came from. */
function useReturningFocus(id: ConversationId | undefined): void {
  const before = useRef(id);
  useEffect(() => {
    const left = before.current;
    before.current = id;
    if (left === undefined || id !== undefined) return;
    document.querySelector<HTMLElement>(`.row[href="${chatPath(left)}"]`)?.focus({ preventScroll: true });
  }, [id]);
}

const LOOK_EVERY = 30_000;

/** As long as this page is seen, whoever shows it is there. */
function useLooking({ look, connection }: Conversations, id: ConversationId | undefined): void {
  const online = connection.value.kind === "online";
  useEffect(() => {
    const now = () => {
      if (document.visibilityState === "visible") look(id);
    };
    now();
    const again = setInterval(now, LOOK_EVERY);
    document.addEventListener("visibilitychange", now);
    return () => {
      clearInterval(again);
      document.removeEventListener("visibilitychange", now);
    };
  }, [id, online]);
}

interface Shortcuts {
  toSwitcher: () => void;
  back: () => void;
  /** No sheet or dialog is open: it takes Esc for itself. */
  idle: () => boolean;
}

function useShortcuts(does: Shortcuts): void {
  // Before the next key, however long the browser takes to paint.
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || !does.idle()) return;
      const control = event.ctrlKey || event.metaKey;
      if (control && event.key.toLowerCase() === "k") does.toSwitcher();
      else if (event.key === "Escape") does.back();
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  });
}
