import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { Mic, SendHorizontal, ShieldAlert } from "lucide";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { TEXT_LIMIT } from "../../src/protocol/content.ts";
import { type AddFiles, AttachButton } from "../attachments/attach-button.ts";
import type { Attachments } from "../attachments/model.ts";
import type { Note } from "../attachments/record-voice.ts";
import type { RecorderProps } from "../attachments/voice-recorder.ts";
import { DoingBar } from "../deeds/doing-bar.ts";
import type { ConversationView, MessageView, UploadView } from "../delivery/patches.ts";
import { EmojiButton } from "../emoji/emoji-button.ts";
import { directionOf, say, sayNumber } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { enterSends, touchScreen } from "../settings/enter-key.ts";
import { IconButton } from "../ui/button.ts";
import { Icon } from "../ui/icon.ts";
import { later } from "../ui/later.ts";
import { Alert } from "../ui/notice.ts";
import type { Composer } from "./composer-model.ts";
import type { Conversations } from "./model.ts";

interface Props {
  composer: Composer;
  conversation: Pick<ConversationView, "state" | "frozenBy" | "identityChanged" | "doubt">;
  name: string;
  /** Of a deed on a message above. */
  failure: string | undefined;
  onSent: () => void;
  /** Absent where nothing can go beside the words. */
  attachments?: Attachments;
  add?: AddFiles;
  addVoice?: (note: Note) => void;
  /** Whoever wrote a message that is answered. */
  nameOf?: (message: MessageView) => string;
  emojiUsed?: Conversations["emojiUsed"];
  /** The newest that one can change. */
  lastOwn?: () => MessageView | undefined;
}

const LaterRecorder = later<RecorderProps>(
  async () => (await import("../attachments/voice-recorder.ts")).VoiceRecorder,
);
const LaterChips = later<{ files: readonly UploadView[]; attachments: Attachments }>(
  async () => (await import("../attachments/chips.ts")).Chips,
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
  nameOf,
  emojiUsed,
  lastOwn,
}: Props) {
  /** Which conversation's note is being spoken: never that of another one. */
  const spoken = useSignal<Composer | undefined>(undefined);
  if (conversation.state === "frozen")
    return html`<footer class="composer composer-said">
      <div role="alert">
        <strong>${say(FROZEN[conversation.frozenBy ?? "refused"].title)}</strong>
        <p>${say(FROZEN[conversation.frozenBy ?? "refused"].text)}</p>
      </div>
    </footer>`;
  if (conversation.identityChanged)
    return html`<footer class="composer composer-said composer-warned">
      <div role="alert">
        <strong><${Icon} of=${ShieldAlert} size=${18} /> ${say("chat.identity_changed", { name })}</strong>
        <p>${say("chat.identity_changed_text", { name })}</p>
      </div>
    </footer>`;
  const send = async () => {
    if (await composer.send()) onSent();
  };
  return html`<footer class="composer">
    ${conversation.doubt && html`<${Alert} text=${say("chat.history_differs")} />`}
    ${
      composer.failure.value !== undefined
        ? html`<${Alert} text=${`${sayFailure(composer.failure.value)} ${say("composer.not_kept")}`} />`
        : failure !== undefined && html`<${Alert} text=${sayFailure(failure)} />`
    }
    ${conversation.state === "founding" && html`<p class="composer-note waiting">${say("chat.founding")}</p>`}
    ${conversation.state === "repairing" && html`<p class="composer-note waiting" role="status">${say("chat.repairing")}</p>`}
    ${attachments && composer.files.value.length > 0 && html`<${LaterChips} files=${composer.files.value} attachments=${attachments} />`}
    ${nameOf && html`<${DoingBar} composer=${composer} nameOf=${nameOf} />`}
    <${Room} room=${composer.room.value} pasted=${composer.pastedTooMuch.value} />
    <form
      class="composer-line"
      onSubmit=${(event: Event) => {
        event.preventDefault();
        send();
      }}
    >
      ${
        spoken.value === composer
          ? html`<${LaterRecorder} onNote=${addVoice} onClose=${() => {
              spoken.value = undefined;
            }} />`
          : html`${add && html`<${AttachButton} add=${add} />`}
            <${Box} composer=${composer} name=${name} add=${add} lastOwn=${lastOwn} onSend=${send} />
            ${emojiUsed && html`<${EmojiButton} composer=${composer} emojiUsed=${emojiUsed} />`}
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
        onPress=${send}
      />
    </form>
  </footer>`;
}

const FROZEN = {
  refused: { title: "chat.frozen", text: "chat.frozen_text" },
  unrepaired: { title: "chat.frozen", text: "chat.unrepaired_text" },
  removed: { title: "group.out", text: "group.out_text" },
  left: { title: "group.left_by_you", text: "group.out_text" },
} as const;

interface BoxProps extends Pick<Props, "composer" | "name"> {
  add: AddFiles | undefined;
  lastOwn: Props["lastOwn"];
  onSend: () => void;
}

function Box({ composer, name, add, lastOwn, onSend }: BoxProps) {
  const box = useRef<HTMLTextAreaElement>(null);
  const text = composer.text.value;
  useLayoutEffect(() => grow(box.current), [text]);
  const doing = composer.doing.value;
  useEffect(() => {
    if (doing) requestAnimationFrame(() => box.current?.focus());
  }, [doing]);
  useEffect(() => {
    if (!touchScreen()) box.current?.focus({ preventScroll: true });
    const hidden = () => composer.keep();
    document.addEventListener("visibilitychange", hidden);
    return () => document.removeEventListener("visibilitychange", hidden);
  }, [composer]);
  return html`<textarea
    ref=${box}
    class="composer-box"
    rows="1"
    dir=${directionOf(text)}
    aria-label=${say("composer.label", { name })}
    placeholder=${say("composer.placeholder")}
    enterkeyhint=${enterSends.value ? "send" : "enter"}
    value=${text}
    onInput=${(event: InputEvent) => {
      if (event.currentTarget instanceof HTMLTextAreaElement) composer.write(event.currentTarget.value);
    }}
    onPaste=${(event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (add && files.length > 0) {
        event.preventDefault();
        add(files, false);
        return;
      }
      if (!composer.mayPaste(event.clipboardData?.getData("text/plain") ?? "")) event.preventDefault();
    }}
    onKeyDown=${(event: KeyboardEvent) => {
      if (event.key === "Escape" && composer.doing.value) {
        event.preventDefault();
        event.stopPropagation();
        return composer.stopDoing();
      }
      const own = event.key === "ArrowUp" && composer.text.value === "" ? lastOwn?.() : undefined;
      if (own) {
        event.preventDefault();
        return composer.edit(own);
      }
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      if (!enterSends.value && !event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      onSend();
    }}
  ></textarea>`;
}

function Room({ room, pasted }: { room: number | undefined; pasted: number | undefined }) {
  if (pasted !== undefined)
    return html`<p class="composer-note composer-wrong" role="alert">${say("composer.pasted_too_long", { count: pasted, limit: sayNumber(TEXT_LIMIT) })}</p>`;
  if (room === undefined) return null;
  if (room < 0)
    return html`<p class="composer-note composer-wrong" role="alert">${say("composer.too_long", { count: -room })}</p>`;
  return html`<p class="composer-note">${say("composer.room", { count: room })}</p>`;
}

/** As high as its text; the style sheet ends it at eight lines. */
function grow(box: HTMLTextAreaElement | null): void {
  if (!box) return;
  box.style.blockSize = "auto";
  box.style.blockSize = `${box.scrollHeight}px`;
}
