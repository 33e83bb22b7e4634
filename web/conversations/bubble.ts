import { html } from "htm/preact";
import { ShieldAlert } from "lucide";
import { useEffect } from "preact/hooks";
import type { AccountId } from "../../src/protocol/ids.ts";
import { AttachmentsInBubble } from "../attachments/attachments-in-bubble.ts";
import { MoreButton } from "../deeds/more-button.ts";
import { Quote } from "../deeds/quote.ts";
import { Reactions } from "../deeds/reactions.ts";
import type { ConversationView, MessageView } from "../delivery/patches.ts";
import { runOf, say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { sayClock, sayExactly } from "../languages/say-time.ts";
import { PollUnderWords } from "../polls/poll.ts";
import { colourOf } from "../ui/avatar.ts";
import { Button } from "../ui/button.ts";
import { fetchedOnce } from "../ui/fetched-once.ts";
import { Icon } from "../ui/icon.ts";
import { isOneEmoji } from "./is-one-emoji.ts";
import { MarkSign } from "./mark-sign.ts";
import { nameOfSender } from "./name-of.ts";
import type { Timeline } from "./timeline-model.ts";
import { TimerSign } from "./timer-sign.ts";
import { Words } from "./words.ts";

interface Props {
  message: MessageView;
  first: boolean;
  last: boolean;
  name: string;
  /** Over the first of several, in a group. */
  shownName?: string | undefined;
  timeline: Timeline;
  conversation: ConversationView;
  /** The newest of all. */
  newest: boolean;
  onMore: () => void;
  /** Asks what can be done about whoever wrote it. */
  onPerson: () => void;
  beneath?: unknown;
}

export function Bubble({
  message,
  first,
  last,
  name,
  shownName,
  timeline,
  conversation,
  newest,
  onMore,
  onPerson,
  beneath,
}: Props) {
  const side = message.mine ? "mine" : "theirs";
  const { writtenAt, sentAt } = message;
  const clock = sayClock(writtenAt ?? sentAt);
  const edited = message.earlier ? `${say("message.edited")} ` : "";
  const whose = (one: MessageView) => (one.mine ? say("group.you") : nameOfSender(conversation, one.sender));
  const { body } = message;
  const exactly =
    writtenAt === undefined
      ? sayExactly(sentAt)
      : say("message.written_sent", { written: sayExactly(writtenAt), sent: sayExactly(sentAt) });
  return html`<li
    class=${`message message-${side}${first ? " message-first" : ""}${last ? " message-last" : ""}`}
    data-message=${message.id}
    data-sequence=${message.sequence}
  >
    <div class=${`bubble bubble-${side}`} onClick=${(event: Event) => message.sequence !== undefined && isBareTap(event) && onMore()}>
      ${
        shownName === undefined
          ? html`<span class="visually-hidden">${message.mine ? say("message.from_you") : name}</span>`
          : html`<button class="bubble-name" type="button" data-person=${colourOf(shownName)} title=${say("people.do", { name: shownName })} onClick=${onPerson}><bdi>${shownName}</bdi></button>`
      }
      ${body.kind === "text" && body.forwarded && html`<p class="forwarded">${say("deed.forwarded")}</p>`}
      ${body.kind === "text" && body.replyTo && html`<${Quote} of=${body.replyTo} timeline=${timeline} nameOf=${whose} />`}
      <div class="bubble-text" dir=${body.kind === "text" ? runOf(body.text) : undefined} data-room=${`${message.expiresAt === undefined ? "" : "⏱ "}${edited}${clock}${message.mark ? " ✓✓✓" : ""}`}>
        <${AttachmentsInBubble} message=${message} attachments=${timeline.attachments} />
        <${Body} message=${message} conversation=${conversation} />
        ${body.kind === "text" && body.poll && html`<${PollUnderWords} poll=${body.poll} message=${message} timeline=${timeline} conversation=${conversation} />`}
        <span class="bubble-meta" title=${exactly}>
          ${message.expiresAt !== undefined && html`<${TimerSign} title=${say("timer.disappears", { when: sayExactly(message.expiresAt) })} />`}${edited}<bdi>${clock}</bdi>${writtenAt !== undefined && html`<span class="visually-hidden">${exactly}</span>`}${message.mark && html`<${MarkSign} mark=${message.mark} />`}
        </span>
      </div>
      ${message.sequence !== undefined && html`<${MoreButton} last=${newest} onPress=${onMore} />`}
    </div>
    <${Reactions}
      message=${message}
      me=${timeline.me.value?.accountId}
      nameOf=${(account: AccountId) => nameOfSender(conversation, account)}
      onReact=${(emoji: string | null) => timeline.react(message.id, emoji)}
    />
    ${beneath}
    ${
      message.impostor &&
      html`<p class="message-impostor"><${Icon} of=${ShieldAlert} size=${14} /> ${say("message.impostor")}</p>`
    }
    ${message.sendAt !== undefined && html`<${Scheduled} message=${message} timeline=${timeline} />`}
    ${message.mark === "failed" && html`<${Failed} message=${message} timeline=${timeline} />`}
  </li>`;
}

function Body({ message, conversation }: Pick<Props, "message" | "conversation">) {
  if (message.body.kind === "deleted") return html`<em>${say("message.deleted")}</em>`;
  if (message.body.kind === "not_decrypted") return html`<em>${say("message.not_decrypted")}</em>`;
  if (message.body.kind === "text" && message.body.text === "") return null;
  if (message.body.kind !== "text") return html`<em>${say("message.not_understood")}</em>`;
  if (isOneEmoji(message.body.text)) return html`<span class="bubble-emoji">${message.body.text}</span>`;
  return html`<${Words} body=${message.body} conversation=${conversation} />`;
}

function Failed({ message, timeline }: { message: MessageView; timeline: Timeline }) {
  return html`<div class="message-failed">
    <span>${say("message.failed")}. ${message.failure && sayFailure(message.failure)}</span>
    <${Button} label=${say("do.try_again")} kind="quiet" onPress=${() => timeline.retry(message.id)} />
    <${Button} label=${say("do.discard")} kind="quiet" onPress=${() => timeline.discard(message.id)} />
  </div>`;
}

const scheduledLine = fetchedOnce(async () => (await import("./scheduled.ts")).openScheduled());

function Scheduled(props: Pick<Props, "message" | "timeline">) {
  useEffect(() => {
    void scheduledLine.fetch();
  }, []);
  const Line = scheduledLine.fetched.value;
  return Line && html`<${Line} ...${props} />`;
}

/** Where nothing hovers a tap on the words themselves asks what can be done with them. */
function isBareTap({ target }: Event): boolean {
  return (
    matchMedia("(hover: none)").matches &&
    target instanceof Element &&
    target.closest("a, button, audio, video, input, label, dialog") === null &&
    getSelection()?.isCollapsed !== false
  );
}
