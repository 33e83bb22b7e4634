import { type Signal, useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { useMemo } from "preact/hooks";
import { say, sayNumber } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { readFailure } from "../read-failure.ts";
import { Button } from "../ui/button.ts";
import { Field } from "../ui/field.ts";
import { Alert } from "../ui/notice.ts";

interface Props {
  words: readonly string[];
  onRight: () => Promise<void>;
  onBack: () => void;
}

/** Two words by their places, other ones each time. */
export function AskWords({ words, onRight, onBack }: Props) {
  const [first, second] = useMemo(() => twoPlaces(words.length), []);
  const one = useSignal("");
  const other = useSignal("");
  const wrong = useSignal<number | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  const busy = useSignal(false);
  const isRight = (place: number, typed: string) => typed.trim().toLowerCase() === words[place];
  const send = async () => {
    if (busy.value) return;
    failure.value = undefined;
    wrong.value = !isRight(first, one.value) ? first : !isRight(second, other.value) ? second : undefined;
    if (wrong.value !== undefined) return;
    busy.value = true;
    try {
      await onRight();
    } catch (error) {
      failure.value = sayFailure(readFailure(error));
    } finally {
      busy.value = false;
    }
  };
  const field = (place: number, value: Signal<string>) =>
    html`<${Field}
      name=${`word-${place}`}
      label=${say("recovery.ask_word", { place: sayNumber(place + 1) })}
      value=${value}
      autocomplete="off"
      latin
      focused=${place === first}
      error=${wrong.value === place ? say("recovery.ask_wrong", { place: sayNumber(place + 1) }) : undefined}
    />`;
  return html`<section class="settings-part">
    <h2>${say("recovery.ask")}</h2>
    <form
      class="words-form"
      novalidate
      onSubmit=${(event: Event) => {
        event.preventDefault();
        void send();
      }}
    >
      ${field(first, one)}${field(second, other)}
      ${failure.value !== undefined && html`<${Alert} text=${failure.value} />`}
      <div class="dialog-do">
        <${Button} label=${say("recovery.again")} onPress=${onBack} />
        <${Button} label=${say(busy.value ? "recovery.confirming" : "recovery.confirm")} kind="main" submits busy=${busy.value} />
      </div>
    </form>
  </section>`;
}

/** In the order in which they stand on the paper. */
function twoPlaces(all: number): readonly [number, number] {
  const one = Math.floor(Math.random() * all);
  const other = (one + 1 + Math.floor(Math.random() * (all - 1))) % all;
  return one < other ? [one, other] : [other, one];
}
