import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { Smile } from "lucide";
import { useEffect, useRef } from "preact/hooks";
import type { Composer } from "../conversations/composer-model.ts";
import { say } from "../languages/language.ts";
import { IconButton } from "../ui/button.ts";
import { Dialog } from "../ui/dialog.ts";
import { later } from "../ui/later.ts";
import type { PickerProps } from "./emoji-picker.ts";

const LaterPicker = later<PickerProps>(async () => (await import("./emoji-picker.ts")).EmojiPicker, "emoji");

interface Props extends Pick<PickerProps, "emojiUsed"> {
  composer: Composer;
}

/** Beside the box to write in; not where fingers write, whose keyboard has them. */
export function EmojiButton({ composer, emojiUsed }: Props) {
  const isOpen = useSignal(false);
  /** Where writing goes on, once the dialog has given the focus back. */
  const caret = useRef<number | undefined>(undefined);
  useEffect(() => {
    if (isOpen.value || caret.current === undefined) return;
    const box = findBox();
    box?.focus();
    box?.setSelectionRange(caret.current, caret.current);
    caret.current = undefined;
  }, [isOpen.value]);
  const close = () => {
    isOpen.value = false;
  };
  return html`<span class="emoji-button">
    <${IconButton} icon=${Smile} label=${say("emoji.add")} onPress=${() => {
      isOpen.value = true;
    }} />
    ${
      isOpen.value &&
      html`<${Dialog} title=${say("emoji.add")} onClose=${close}>
        <${LaterPicker} emojiUsed=${emojiUsed} onChoose=${(emoji: string) => {
          caret.current = insert(composer, emoji);
          close();
        }} />
      <//>`
    }
  </span>`;
}

/** Where the caret was last; answers where it is then. */
function insert(composer: Composer, emoji: string): number {
  const box = findBox();
  const text = composer.text.value;
  const [from, to] = [box?.selectionStart ?? text.length, box?.selectionEnd ?? text.length];
  composer.write(text.slice(0, from) + emoji + text.slice(to));
  return from + emoji.length;
}

function findBox(): HTMLTextAreaElement | null {
  return document.querySelector<HTMLTextAreaElement>(".composer-box");
}
