import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { readFailure } from "../read-failure.ts";
import { Button } from "../ui/button.ts";

const ALL = 24;

interface Props {
  submit: string;
  working: string;
  onWords: (words: string) => Promise<unknown>;
  onCancel: () => void;
}

/** The 24 words as somebody types or pastes them, numbered or not. */
export function WordsForm({ submit, working, onWords, onCancel }: Props) {
  const typed = useSignal("");
  const wrong = useSignal<string | undefined>(undefined);
  const busy = useSignal(false);
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => box.current?.focus(), []);
  const words = wordsIn(typed.value);
  const send = async () => {
    if (busy.value) return;
    wrong.value = words.length === ALL ? undefined : say("words.not_24", { count: words.length });
    if (wrong.value !== undefined) return;
    busy.value = true;
    try {
      await onWords(words.join(" "));
    } catch (error) {
      wrong.value = sayFailure(readFailure(error));
    } finally {
      busy.value = false;
    }
  };
  return html`<form
    class="words-form"
    novalidate
    onSubmit=${(event: Event) => {
      event.preventDefault();
      void send();
    }}
  >
    <div class=${wrong.value === undefined ? "field" : "field field-wrong"}>
      <label class="field-label" for="recovery-words">${say("words.typed")}</label>
      <textarea
        ref=${box}
        id="recovery-words"
        class="text-area"
        rows="5"
        dir="ltr"
        autocomplete="off"
        autocapitalize="none"
        spellcheck=${false}
        maxlength="1000"
        value=${typed.value}
        aria-invalid=${wrong.value === undefined ? undefined : "true"}
        aria-describedby="recovery-words-note"
        onInput=${(event: Event) => {
          if (event.currentTarget instanceof HTMLTextAreaElement) typed.value = event.currentTarget.value;
        }}
      ></textarea>
      <p class="field-hint" id="recovery-words-note">${say("words.count", { count: words.length })}</p>
      ${wrong.value !== undefined && html`<p class="field-error" role="alert">${wrong.value}</p>`}
    </div>
    <div class="dialog-do">
      <${Button} label=${say("do.cancel")} onPress=${onCancel} />
      <${Button} label=${busy.value ? working : submit} kind="main" submits busy=${busy.value} />
    </div>
  </form>`;
}

/** Without the numbers and signs that may stand between them. */
function wordsIn(text: string): readonly string[] {
  return text.toLowerCase().match(/\p{L}+/gu) ?? [];
}
