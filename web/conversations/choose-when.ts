import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { LATEST } from "../../src/protocol/values.ts";
import { say } from "../languages/language.ts";
import { sayExactly } from "../languages/say-time.ts";
import { Button } from "../ui/button.ts";
import { Dialog } from "../ui/dialog.ts";
import { laterTimes, readTime, writeTime } from "./later-times.ts";

export interface WhenProps {
  onChoose: (sendAt: number) => void;
  onClose: () => void;
}

/** A time at hand, or any other. */
export function ChooseWhen({ onChoose, onClose }: WhenProps) {
  const now = Date.now();
  const chosen = useSignal(writeTime(now + 60 * 60 * 1000));
  const at = readTime(chosen.value);
  const passed = at === undefined || at <= now;
  return html`<${Dialog} title=${say("writing.later_title")} onClose=${onClose}>
    <div class="new-form">
      ${laterTimes(now).map(
        (time) =>
          html`<${Button} key=${time} label=${sayExactly(time)} wide onPress=${() => onChoose(time)} />`,
      )}
      <div class=${passed ? "field field-wrong" : "field"}>
        <label class="field-label" for="send-at">${say("writing.later_at")}</label>
        <div class="field-box">
          <input
            id="send-at"
            type="datetime-local"
            value=${chosen.value}
            min=${writeTime(now)}
            max=${writeTime(LATEST)}
            aria-invalid=${passed ? "true" : undefined}
            aria-describedby=${passed ? "send-at-note" : undefined}
            onInput=${(event: Event) => {
              if (event.currentTarget instanceof HTMLInputElement) chosen.value = event.currentTarget.value;
            }}
          />
        </div>
        ${passed && html`<p class="field-error" id="send-at-note" role="alert">${say("writing.later_passed")}</p>`}
      </div>
      <p class="links-note">${say("writing.later_text")}</p>
      <div class="dialog-do">
        <${Button} label=${say("do.cancel")} onPress=${onClose} />
        <${Button}
          label=${say("writing.later_do")}
          kind="main"
          busy=${passed}
          onPress=${() => {
            if (at !== undefined && !passed) onChoose(Math.min(at, LATEST));
          }}
        />
      </div>
    </div>
  <//>`;
}
