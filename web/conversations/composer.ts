import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { Mic, SendHorizontal } from "lucide";
import { TEXT_LIMIT } from "../../src/protocol/content.ts";
import { type AddFiles, AttachButton } from "../attachments/attach-button.ts";
import type { Attachments } from "../attachments/model.ts";
import type { Note } from "../attachments/record-voice.ts";
import type { RecorderProps } from "../attachments/voice-recorder.ts";
import { DoingBar } from "../deeds/doing-bar.ts";
import type { ConversationView, MessageView, UploadView } from "../delivery/patches.ts";
import { EmojiButton } from "../emoji/emoji-button.ts";
import type { PauseProps } from "../groups/pause-line.ts";
import { say, sayNumber } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import type { AskPoll } from "../polls/new-poll.ts";
import { IconButton } from "../ui/button.ts";
import { later } from "../ui/later.ts";
import { Alert } from "../ui/notice.ts";
import type { Composer } from "./composer-model.ts";
import type { DoubtsProps } from "./device-doubts.ts";
import type { Conversations } from "./model.ts";
import { ScheduleButton } from "./schedule-button.ts";
import { WritingBox } from "./writing-box.ts";

interface Props {
  composer: Composer;
  conversation: Pick<ConversationView, "state" | "doubt" | "deviceDoubts" | "group">;
  name: string;
  /** Of a deed on a message above. */
  failure: string | undefined;
  onSent: () => void;
  /** Absent where nothing can go beside the words. */
  attachments?: Attachments;
  add?: AddFiles;
  addVoice?: (note: Note) => void;
  ask?: AskPoll;
  /** Whoever wrote a message that is answered. */
  nameOf?: (message: MessageView) => string;
  emojiUsed?: Conversations["emojiUsed"];
  /** The newest that one can change. */
  lastOwn?: () => MessageView | undefined;
}

const LaterRecorder = later<RecorderProps>(
  async () => (await import("../attachments/voice-recorder.ts")).VoiceRecorder,
  "attachments",
);
const LaterPause = later<PauseProps>(
  async () => (await import("../groups/pause-line.ts")).PauseLine,
  "instead",
);
const LaterDoubts = later<DoubtsProps>(
  async () => (await import("./device-doubts.ts")).DeviceDoubts,
  "instead",
);
const LaterChips = later<{ files: readonly UploadView[]; attachments: Attachments }>(
  async () => (await import("../attachments/chips.ts")).Chips,
  "attachments",
);

export function ComposerBox({
  composer,
  conversation,
  name,
  failure,
  onSent,
  attachments,
  add,
  addVoice,
  ask,
  nameOf,
  emojiUsed,
  lastOwn,
}: Props) {
  /** Which conversation's note is being spoken: never that of another one. */
  const spoken = useSignal<Composer | undefined>(undefined);
  const send = async (sendAt?: number) => {
    if (await composer.send(sendAt)) onSent();
  };
  return html`<footer class="composer">
    ${conversation.doubt && html`<${Alert} text=${say("chat.history_differs")} />`}
    ${conversation.deviceDoubts && html`<${LaterDoubts} conversation=${conversation} name=${name} />`}
    ${
      composer.failure.value !== undefined
        ? html`<${Alert} text=${`${sayFailure(composer.failure.value)} ${say("composer.not_kept")}`} />`
        : failure !== undefined && html`<${Alert} text=${sayFailure(failure)} />`
    }
    ${conversation.state === "founding" && html`<p class="composer-note waiting">${say("chat.founding")}</p>`}
    ${conversation.state === "repairing" && html`<p class="composer-note waiting" role="status">${say("chat.repairing")}</p>`}
    ${attachments && composer.files.value.length > 0 && html`<${LaterChips} files=${composer.files.value} attachments=${attachments} />`}
    ${nameOf && html`<${DoingBar} composer=${composer} nameOf=${nameOf} />`}
    ${conversation.group?.pausedUntil && html`<${LaterPause} composer=${composer} until=${conversation.group.pausedUntil} />`}
    <${Room} room=${composer.room.value} pasted=${composer.pastedTooMuch.value} />
    <form
      class="composer-line"
      onSubmit=${(event: Event) => {
        event.preventDefault();
        void send();
      }}
    >
      ${
        spoken.value === composer
          ? html`<${LaterRecorder} onNote=${addVoice} onClose=${() => {
              spoken.value = undefined;
            }} />`
          : html`${add && html`<${AttachButton} add=${add} ask=${ask} />`}
            <${WritingBox} composer=${composer} name=${name} group=${conversation.group} add=${add} lastOwn=${lastOwn} onSend=${() => send()} />
            ${emojiUsed && html`<${EmojiButton} composer=${composer} emojiUsed=${emojiUsed} />`}
            ${addVoice && composer.canSend.value && composer.doing.value?.kind !== "edit" && html`<${ScheduleButton} onChoose=${send} />`}
            ${
              addVoice &&
              composer.text.value === "" &&
              html`<${IconButton} icon=${Mic} label=${say("attachment.record")} onPress=${() => {
                spoken.value = composer;
              }} />`
            }`
      }
      <${IconButton}
        icon=${SendHorizontal}
        label=${say("composer.send")}
        main
        mirrored
        disabled=${!composer.canSend.value}
        onPress=${() => send()}
      />
    </form>
  </footer>`;
}

function Room({ room, pasted }: { room: number | undefined; pasted: number | undefined }) {
  if (pasted !== undefined)
    return html`<p class="composer-note composer-wrong" role="alert">${say("composer.pasted_too_long", { count: pasted, limit: sayNumber(TEXT_LIMIT) })}</p>`;
  if (room === undefined) return null;
  if (room < 0)
    return html`<p class="composer-note composer-wrong" role="alert">${say("composer.too_long", { count: -room })}</p>`;
  return html`<p class="composer-note">${say("composer.room", { count: room })}</p>`;
}
