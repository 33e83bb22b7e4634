import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { isOneEmoji } from "../conversations/is-one-emoji.ts";
import { say } from "../languages/language.ts";
import { Button } from "../ui/button.ts";
import { Field } from "../ui/field.ts";

const QUICK = ["👍", "❤️", "😂", "😮", "😢", "🙏", "🎉", "👎"];

/** A few at hand, and any other that the keyboard can write. */
export function ChooseEmoji({
  own,
  onChoose,
}: {
  own: string | undefined;
  onChoose: (emoji: string | null) => void;
}) {
  const typed = useSignal("");
  const wrong = useSignal(false);
  const quick = own !== undefined && !QUICK.includes(own) ? [own, ...QUICK] : QUICK;
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
    </div>
    <form
      class="other-emoji"
      novalidate
      onSubmit=${(event: Event) => {
        event.preventDefault();
        const emoji = typed.value.trim();
        wrong.value = !isOneEmoji(emoji);
        if (!wrong.value) onChoose(emoji);
      }}
    >
      <${Field}
        name="other-emoji"
        label=${say("deed.other_emoji")}
        value=${typed}
        autocomplete="off"
        most=${32}
        error=${wrong.value ? say("deed.not_emoji") : undefined}
      />
      <${Button} label=${say("deed.react")} submits />
    </form>`;
}
