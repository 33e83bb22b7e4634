import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { ArrowLeft, Info, Search } from "lucide";
import { useEffect, useMemo } from "preact/hooks";
import type { AccountId, ConversationId } from "../../src/protocol/ids.ts";
import type { Poll } from "../../src/protocol/polls.ts";
import type { AddFiles } from "../attachments/attach-button.ts";
import { dropInto } from "../attachments/drop-into.ts";
import type { GalleryProps } from "../attachments/gallery.ts";
import type { Note } from "../attachments/record-voice.ts";
import type { ChannelPaneProps } from "../channels/channel-pane.ts";
import type { PlacesBarProps } from "../communities/places-bar.ts";
import type { MenuProps } from "../deeds/message-menu.ts";
import type { ConversationView, MessageView } from "../delivery/patches.ts";
import { membersOf } from "../groups/members-of.ts";
import { say } from "../languages/language.ts";
import { sayDuration } from "../languages/say-time.ts";
import { LaterPerson } from "../people/later-person.ts";
import { Verified } from "../people/verified.ts";
import { CHAT, chatPath, detailsPath, goBack, navigate } from "../routes.ts";
import { Avatar, SavedAvatar } from "../ui/avatar.ts";
import { Button, IconButton } from "../ui/button.ts";
import { fetchedOnce } from "../ui/fetched-once.ts";
import { later } from "../ui/later.ts";
import { Notice, Waiting } from "../ui/notice.ts";
import { ComposerBox } from "./composer.ts";
import { Composer } from "./composer-model.ts";
import { type Said, sayWhenSent } from "./connection-line.ts";
import { isAnswered } from "./is-answered.ts";
import type { Conversations } from "./model.ts";
import { nameOf, nameOfSender } from "./name-of.ts";
import type { RequestProps } from "./request.ts";
import { sayPresence } from "./say-presence.ts";
import { sayTyping } from "./say-typing.ts";
import { TimelineView } from "./timeline.ts";
import type { Timeline } from "./timeline-model.ts";
import { TimerSign } from "./timer-sign.ts";
import { Words } from "./words.ts";

export function ConversationPane(props: {
  conversations: Conversations;
  said: Said;
  id: ConversationId;
  details: boolean;
  /** Begins a search in this conversation. */
  onSearch: () => void;
}) {
  const { conversations, said, id, onSearch } = props;
  const conversation = conversations.byId.value.get(id);
  if (conversation?.channel)
    return html`<${LaterChannel} key=${id} conversations=${conversations} waiting=${sayWhenSent(said)} conversation=${conversation} details=${props.details} onSearch=${onSearch} parts=${PARTS} />`;
  if (conversation)
    return html`<${OpenConversation} conversations=${conversations} said=${said} conversation=${conversation} details=${props.details} onSearch=${onSearch} />`;
  if (!conversations.complete.value) return html`<${Waiting} text=${say("chat.loading")} />`;
  return html`<${Notice} title=${say("chat.not_found")} text=${say("chat.not_found_text")}>
    <${Button} label=${say("do.back")} onPress=${() => navigate(CHAT, { replace: true })} />
  <//>`;
}

interface OpenProps {
  conversations: Conversations;
  said: Said;
  conversation: ConversationView;
  details: boolean;
  onSearch: () => void;
}

function OpenConversation({ conversations, said, conversation, details, onSearch }: OpenProps) {
  const { id } = conversation;
  const name = nameOf(conversation);
  const timeline = conversations.timelineOf(id);
  const composer = conversations.composerOf(id);
  const state =
    sayWhenSent(said) ??
    sayTyping(conversation, conversations.typing.value.get(id)) ??
    sayPresence(conversation, conversations.present.value.has(id));
  const chosen = useSignal<MessageView | undefined>(undefined);
  const met = useSignal<AccountId | undefined>(undefined);
  // Before anything is drawn: where the unread line stands decides what is shown first.
  useMemo(() => timeline.open(conversation), [id]);
  useEffect(() => composer.keep, [id]);
  useEffect(() => {
    if (conversation.shelf?.marked) conversations.shelve(id, { marked: false }).catch(() => undefined);
  }, [id]);
  const { attachments } = conversations;
  const add: AddFiles = (files, plain) => void attachments.add(id, files, plain);
  const shown = attachments.shown.value;
  return html`<section class="conversation" aria-label=${say("chat.region", { name })} ...${isAnswered(conversation) && !isStopped(conversation) ? dropInto(add) : {}}>
    <${Head} conversation=${conversation} name=${name} state=${state} details=${details} onSearch=${onSearch} />
    ${conversation.group?.community && html`<${Places} conversations=${conversations} conversation=${conversation} />`}
    ${conversation.pins && html`<${Pins} pins=${conversation.pins} timeline=${timeline} />`}
    <${TimelineView}
      timeline=${timeline}
      conversation=${conversation}
      name=${name}
      onMore=${(message: MessageView) => {
        chosen.value = message;
      }}
      onPerson=${(accountId: AccountId) => {
        met.value = accountId;
      }}
    />
    ${
      isStopped(conversation)
        ? html`<${Stopped} conversations=${conversations} conversation=${conversation} name=${name} />`
        : isAnswered(conversation)
          ? html`<${ComposerBox}
      composer=${composer}
      conversation=${conversation}
      name=${name}
      failure=${timeline.phase.value === "failed" ? undefined : timeline.failure.value}
      onSent=${timeline.forgetUnread}
      attachments=${conversations.attachments}
      add=${add}
      addVoice=${(note: Note) => attachments.addVoice(id, note)}
      ask=${conversation.kind === "saved" ? undefined : (text: string, poll: Poll) => conversations.ask(id, text, poll).then(timeline.forgetUnread)}
      nameOf=${(message: MessageView) => nameOfSender(conversation, message.sender)}
      emojiUsed=${conversations.emojiUsed}
      lastOwn=${() => timeline.messages.value.findLast(isChangeable)}
    />`
          : html`<${Request} conversations=${conversations} conversation=${conversation} name=${name} />`
    }
    ${
      chosen.value &&
      html`<${LaterMenu}
      conversations=${conversations}
      conversation=${conversation}
      composer=${composer}
      message=${chosen.value}
      onClose=${() => {
        chosen.value = undefined;
      }}
    />`
    }
    ${
      met.value &&
      html`<${LaterPerson}
      conversations=${conversations}
      conversation=${conversation}
      accountId=${met.value}
      onClose=${() => {
        met.value = undefined;
      }}
    />`
    }
    ${shown?.conversationId === id && html`<${LaterGallery} attachments=${attachments} messages=${timeline.messages.value} />`}
  </section>`;
}

function isChangeable({ mine, sequence, body }: MessageView): boolean {
  return mine && sequence !== undefined && body.kind === "text" && body.text !== "" && !body.poll;
}

const Stopped = later<RequestProps>(
  async () => (await import("./stopped.ts")).Stopped,
  "instead",
  "changes",
  "attachments",
);

/** Nobody can write here: it is said why in place of the composer. */
function isStopped({ state, identityChanged, group }: ConversationView): boolean {
  return state === "frozen" || identityChanged === true || group?.silent === true;
}

const Request = later<RequestProps>(async () => (await import("./request.ts")).Request, "instead", "several");

const pinBar = fetchedOnce(async () => (await import("../deeds/pin-bar.ts")).openPinBar());

/** Nothing moves before it is there. */
function Pins(props: { pins: NonNullable<ConversationView["pins"]>; timeline: Timeline }) {
  useEffect(() => {
    void pinBar.fetch();
  }, []);
  const PinBar = pinBar.fetched.value;
  return PinBar && html`<${PinBar} ...${props} />`;
}

const placesBar = fetchedOnce(async () => (await import("../communities/places-bar.ts")).openPlacesBar());

function Places(props: PlacesBarProps) {
  useEffect(() => {
    void placesBar.fetch();
  }, []);
  const PlacesBar = placesBar.fetched.value;
  return PlacesBar && html`<${PlacesBar} ...${props} />`;
}

const PARTS = { TimelineView, ComposerBox, Composer, Words };
const LaterChannel = later<ChannelPaneProps>(
  async () => (await import("../channels/channel-pane.ts")).ChannelPane,
  "channels",
  "deeds",
  "groups",
);
const LaterMenu = later<MenuProps>(
  async () => (await import("../deeds/message-menu.ts")).MessageMenu,
  "deeds",
);
const LaterGallery = later<GalleryProps>(
  async () => (await import("../attachments/gallery.ts")).Gallery,
  "attachments",
);

function Head(props: {
  conversation: ConversationView;
  name: string;
  state: string | undefined;
  details: boolean;
  onSearch: () => void;
}) {
  const { conversation, name, state, details, onSearch } = props;
  const about = details ? chatPath(conversation.id) : detailsPath(conversation.id);
  return html`<header class="bar">
    <${IconButton}
      icon=${ArrowLeft}
      mirrored
      class="only-phone"
      label=${say("do.back")}
      onPress=${() => goBack(CHAT)}
    />
    <a class="head-person" data-community=${conversation.group?.community && ""} href=${about}>
      ${conversation.kind === "saved" ? html`<${SavedAvatar} size="small" />` : html`<${Avatar} name=${name} of=${conversation.peer?.accountId ?? conversation.id} size="small" />`}
      <div class="head-words">
        <h1 class="bar-title" dir="auto">${name}${conversation.verified && html`<${Verified} />`}${conversation.timer !== undefined && html` <${TimerSign} title=${say("timer.on", { time: sayDuration(conversation.timer) })} />`}</h1>
        <span class="visually-hidden">${say("chat.details")}</span>
        ${
          state !== undefined
            ? html`<span class="head-state">${state}</span>`
            : conversation.group &&
              html`<span class="head-state head-members">${conversation.group.asking ? say("links.waiting", { count: conversation.group.asking.length }) : sayMembers(conversation)}</span>`
        }
      </div>
    </a>
    <${IconButton} icon=${Search} label=${say("chat.find")} onPress=${onSearch} />
    <${IconButton}
      icon=${Info}
      label=${say("chat.details")}
      class=${details ? "not-phone icon-button-on" : "not-phone"}
      onPress=${() => (details ? goBack(about) : navigate(about))}
    />
  </header>`;
}

function sayMembers(conversation: ConversationView): string {
  const count = membersOf(conversation).length;
  if (conversation.group?.community) return say("community.members", { count });
  return conversation.group?.rights?.channel
    ? say("group.channel_of", { count })
    : say("group.members", { count });
}
