import { html } from "htm/preact";
import { ArrowDown, AtSign } from "lucide";
import type { AccountId } from "../../src/protocol/ids.ts";
import type { ConversationView, MessageView } from "../delivery/patches.ts";
import { say, sayNumber } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { sayDay } from "../languages/say-time.ts";
import { Avatar, SavedAvatar } from "../ui/avatar.ts";
import { Button } from "../ui/button.ts";
import { Icon } from "../ui/icon.ts";
import { Notice, Waiting } from "../ui/notice.ts";
import { arrangeTimeline, type TimelineRow } from "./arrange-timeline.ts";
import { Bubble } from "./bubble.ts";
import { ChangeLine } from "./change-line.ts";
import { Unread } from "./list-row.ts";
import { nameOfMember } from "./name-of.ts";
import { type ReadingPlace, useReadingPlace } from "./reading-place.ts";
import type { Timeline } from "./timeline-model.ts";
import { drawn } from "./timeline-window.ts";

interface Props {
  timeline: Timeline;
  conversation: ConversationView;
  name: string;
  onMore: (message: MessageView) => void;
  /** Whoever wrote in a group is asked about. */
  onPerson: (accountId: AccountId) => void;
  /** What is said otherwise, where it is no conversation. */
  otherwise?: {
    readonly beginning: string;
    readonly refused: string;
    /** What stands under a message. */
    readonly beneath: (message: MessageView) => unknown;
  };
}

export function TimelineView({ timeline, conversation, name, onMore, onPerson, otherwise }: Props) {
  const place = useReadingPlace(timeline);
  const { window, list } = place;
  const loaded = timeline.messages.value;
  const messages = drawn(loaded, window.newer.value, window.size.value);
  if (timeline.phase.value === "failed")
    return html`<div class="timeline-frame">
      <${Notice} title=${say("chat.open_failed")} text=${sayFailure(timeline.failure.value ?? "storage")}>
        <${Button} label=${say("do.try_again")} onPress=${() => timeline.open(conversation)} />
      <//>
    </div>`;
  if (timeline.phase.value === "loading")
    return html`<div class="timeline-frame"><${Waiting} text=${say("chat.loading")} /></div>`;
  const atStart = timeline.reachedStart.value && messages[0] === loaded[0];
  return html`<div class="timeline-frame">
    <div class="timeline" ref=${list} onScroll=${place.scrolled} tabindex="0" role="region" aria-label=${say("chat.messages")}>
      ${
        atStart
          ? html`<${Beginning} conversation=${conversation} name=${name} empty=${messages.length === 0} otherwise=${otherwise} />`
          : html`<${Older} timeline=${timeline} />`
      }
      <ol class="messages">
        ${arrangeTimeline(messages, timeline.unread.value).map(
          (row) =>
            html`<${Row} key=${row.key} row=${row} conversation=${conversation} name=${name} timeline=${timeline} newest=${loaded.at(-1)} onMore=${onMore} onPerson=${onPerson} otherwise=${otherwise} />`,
        )}
      </ol>
    </div>
    <${ToCall} timeline=${timeline} calls=${conversation.calls} />
    <${ToEnd} place=${place} unread=${conversation.unread} />
  </div>`;
}

function Row({
  row,
  conversation,
  name,
  timeline,
  newest,
  onMore,
  onPerson,
  otherwise,
}: Props & { row: TimelineRow; newest: MessageView | undefined }) {
  if (row.kind === "day") return html`<li class="day"><span>${sayDay(row.at, Date.now())}</span></li>`;
  if (row.kind === "gap")
    return html`<li class="gap-line"><span>${say("chat.gap", { count: row.count })}</span></li>`;
  if (row.kind === "message" && row.message.body.kind === "refused")
    return html`<li class="gap-line"><span>${otherwise?.refused}</span></li>`;
  if (row.kind === "unread")
    return html`<li class="unread-line" data-unread>
      <span>${say("chat.unread_line", { count: row.count })}</span>
    </li>`;
  if (row.kind === "change")
    return html`<${ChangeLine} conversation=${conversation} message=${row.message} />`;
  const writer =
    conversation.group && !row.message.mine ? nameOfMember(conversation, row.message.sender) : undefined;
  return html`<${Bubble}
    message=${row.message}
    first=${row.first}
    last=${row.last}
    name=${writer ?? name}
    shownName=${row.first ? writer : undefined}
    timeline=${timeline}
    conversation=${conversation}
    newest=${row.message === newest}
    onMore=${() => onMore(row.message)}
    onPerson=${() => onPerson(row.message.sender)}
    beneath=${otherwise?.beneath(row.message)}
  />`;
}

function Beginning({
  conversation,
  name,
  empty,
  otherwise,
}: Pick<Props, "conversation" | "name" | "otherwise"> & { empty: boolean }) {
  const saved = conversation.kind === "saved";
  return html`<div class="beginning" data-community=${conversation.group?.community && ""}>
    ${saved ? html`<${SavedAvatar} size="large" />` : html`<${Avatar} name=${name} of=${conversation.peer?.accountId ?? conversation.id} size="large" />`}
    <h2 class="beginning-name" dir="auto">${name}</h2>
    <p>${saved ? say("saved.about") : (otherwise?.beginning ?? say(conversation.group ? "group.beginning" : "chat.beginning", { name }))}</p>
    ${empty && html`<p class="beginning-do">${say("chat.empty")}</p>`}
  </div>`;
}

function Older({ timeline }: { timeline: Timeline }) {
  if (timeline.older.value !== "failed")
    return html`<p class="older waiting">${timeline.older.value === "loading" && say("chat.older")}</p>`;
  return html`<p class="older" role="alert">
    ${say("chat.older_failed")} <${Button} label=${say("do.try_again")} kind="quiet" onPress=${timeline.more} />
  </p>`;
}

/** The oldest place where somebody called this person. */
function ToCall({ timeline, calls = [] }: { timeline: Timeline; calls: ConversationView["calls"] }) {
  const [first] = calls;
  if (first === undefined) return null;
  const label = say("chat.to_call");
  return html`<button class="to-end to-call" type="button" aria-label=${label} title=${label} onClick=${() => timeline.goTo(first)}>
    <${Icon} of=${AtSign} />
    ${calls.length > 1 && html`<span class="row-unread" aria-hidden="true">${sayNumber(calls.length)}</span>`}
  </button>`;
}

function ToEnd({ place, unread }: { place: ReadingPlace; unread: number }) {
  if (!place.away.value) return null;
  const label = say("chat.to_bottom");
  return html`<button class="to-end" type="button" aria-label=${label} title=${label} onClick=${place.jumpToEnd}>
    <${Icon} of=${ArrowDown} />
    ${unread > 0 && html`<${Unread} count=${unread} />`}
  </button>`;
}
