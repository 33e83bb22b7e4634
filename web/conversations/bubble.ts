import { html } from "htm/preact";
import { ShieldAlert } from "lucide";
import { AttachmentsInBubble } from "../attachments/attachments-in-bubble.ts";
import type { MessageView } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { sayClock, sayExactly } from "../languages/say-time.ts";
import { colourOf } from "../ui/avatar.ts";
import { Button } from "../ui/button.ts";
import { Icon } from "../ui/icon.ts";
import { MarkSign } from "./mark-sign.ts";
import type { Timeline } from "./timeline-model.ts";
import { Words } from "./words.ts";

/** A family with skin tones takes this many places. */
const LONGEST_EMOJI = 40;

interface Props {
  message: MessageView;
  first: boolean;
  last: boolean;
  name: string;
  /** Over the first of several, in a group. */
  shownName?: string | undefined;
  timeline: Timeline;
}

export function Bubble({ message, first, last, name, shownName, timeline }: Props) {
  const side = message.mine ? "mine" : "theirs";
  const { writtenAt, sentAt } = message;
  const clock = sayClock(writtenAt ?? sentAt);
  const exactly =
    writtenAt === undefined
      ? sayExactly(sentAt)
      : say("message.written_sent", { written: sayExactly(writtenAt), sent: sayExactly(sentAt) });
  return html`<li
    class=${`message message-${side}${first ? " message-first" : ""}${last ? " message-last" : ""}`}
    data-message=${message.id}
    data-sequence=${message.sequence}
  >
    <div class=${`bubble bubble-${side}`}>
      ${
        shownName === undefined
          ? html`<span class="visually-hidden">${message.mine ? say("message.from_you") : name}</span>`
          : html`<bdi class="bubble-name" data-person=${colourOf(shownName)}>${shownName}</bdi>`
      }
      <div class="bubble-text" dir="auto" data-room=${`${clock}${message.mark ? " ✓✓✓" : ""}`}>
        <${AttachmentsInBubble} message=${message} attachments=${timeline.attachments} />
        <${Body} message=${message} />
        <span class="bubble-meta" title=${exactly}>
          <bdi>${clock}</bdi>${writtenAt !== undefined && html`<span class="visually-hidden">${exactly}</span>`}${message.mark && html`<${MarkSign} mark=${message.mark} />`}
        </span>
      </div>
    </div>
    ${
      message.impostor &&
      html`<p class="message-impostor"><${Icon} of=${ShieldAlert} size=${14} /> ${say("message.impostor")}</p>`
    }
    ${message.mark === "failed" && html`<${Failed} message=${message} timeline=${timeline} />`}
  </li>`;
}

function Body({ message }: { message: MessageView }) {
  if (message.body.kind === "not_decrypted") return html`<em>${say("message.not_decrypted")}</em>`;
  if (message.body.kind === "text" && message.body.text === "") return null;
  if (message.body.kind !== "text") return html`<em>${say("message.not_understood")}</em>`;
  if (isOneEmoji(message.body.text)) return html`<span class="bubble-emoji">${message.body.text}</span>`;
  return html`<${Words} text=${message.body.text} />`;
}

/** One picture alone is meant to be seen. */
function isOneEmoji(text: string): boolean {
  if (text.length > LONGEST_EMOJI || !/\p{Extended_Pictographic}|\p{Regional_Indicator}/u.test(text))
    return false;
  return [...new Intl.Segmenter().segment(text.trim())].length === 1;
}

function Failed({ message, timeline }: { message: MessageView; timeline: Timeline }) {
  return html`<div class="message-failed">
    <span>${say("message.failed")}. ${message.failure && sayFailure(message.failure)}</span>
    <${Button} label=${say("do.try_again")} kind="quiet" onPress=${() => timeline.retry(message.id)} />
    <${Button} label=${say("do.discard")} kind="quiet" onPress=${() => timeline.discard(message.id)} />
  </div>`;
}
