import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { Plus } from "lucide";
import type { PickerProps } from "../emoji/emoji-picker.ts";
import { say } from "../languages/language.ts";
import { Icon } from "../ui/icon.ts";
import { later } from "../ui/later.ts";

const QUICK = ["👍", "❤️", "😂", "😮", "😢", "🙏", "🎉"];

const LaterPicker = later<PickerProps>(
  async () => (await import("../emoji/emoji-picker.ts")).EmojiPicker,
  "emoji",
);

interface Props extends Pick<PickerProps, "emojiUsed"> {
  own: string | undefined;
  onChoose: (emoji: string | null) => void;
}

/** A few at hand, and behind them all others. */
export function ChooseEmoji({ own, emojiUsed, onChoose }: Props) {
  const more = useSignal(false);
  const quick = own !== undefined && !QUICK.includes(own) ? [own, ...QUICK.slice(1)] : QUICK;
  if (more.value) return html`<${LaterPicker} emojiUsed=${emojiUsed} onChoose=${onChoose} />`;
  return html`<div class="quick-emoji" role="group" aria-label=${say("deed.react")}>
    ${quick.map(
      (emoji) => html`<button
        key=${emoji}
        type="button"
        class="quick"
        aria-pressed=${emoji === own ? "true" : "false"}
        aria-label=${say("deed.react_with", { emoji })}
        onClick=${() => onChoose(emoji === own ? null : emoji)}
      ><span aria-hidden="true">${emoji}</span></button>`,
    )}
    <button
      type="button"
      class="quick"
      aria-label=${say("emoji.more")}
      title=${say("emoji.more")}
      onClick=${() => {
        more.value = true;
      }}
    ><${Icon} of=${Plus} /></button>
  </div>`;
}
