import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { X } from "lucide";
import { OPTION_LIMIT, type Poll, QUESTION_LIMIT } from "../../src/protocol/polls.ts";
import { say, sayNumber } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { readFailure } from "../read-failure.ts";
import { Button, IconButton } from "../ui/button.ts";
import { Dialog } from "../ui/dialog.ts";
import { Field } from "../ui/field.ts";
import { Alert } from "../ui/notice.ts";
import { Switch } from "../ui/switch.ts";
import { readQuestion, withRoom } from "./question-to-ask.ts";

export type AskPoll = (question: string, poll: Poll) => Promise<unknown>;

export interface NewPollProps {
  ask: AskPoll;
  onClose: () => void;
}

/** A question and what can be answered; a line more appears as the last one is written in. */
export function NewPoll({ ask, onClose }: NewPollProps) {
  const question = useSignal("");
  const lines = useSignal(withRoom([]));
  const several = useSignal(false);
  const wrong = useSignal<"missing" | "twice" | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  const send = async () => {
    const asked = readQuestion(question.value, lines.value, several.value);
    wrong.value = typeof asked === "string" ? asked : undefined;
    if (typeof asked === "string") return;
    try {
      await ask(asked.question, asked.poll);
      onClose();
    } catch (error) {
      failure.value = readFailure(error);
    }
  };
  return html`<${Dialog} title=${say("poll.new")} onClose=${onClose}>
    <div class="new-form" onKeyDown=${(event: KeyboardEvent) => walk(event, send)}>
      ${failure.value !== undefined && html`<${Alert} text=${sayFailure(failure.value)} />`}
      <${Field} name="poll-question" label=${say("poll.question")} value=${question} autocomplete="off" most=${QUESTION_LIMIT} focused />
      <fieldset class="poll-lines">
        <legend class="field-label">${say("poll.options")}</legend>
        ${lines.value.map((line, place) => html`<${Line} key=${place} line=${line} place=${place} lines=${lines} />`)}
      </fieldset>
      <${Switch} on=${several.value} label=${say("poll.several")} onChange=${(on: boolean) => {
        several.value = on;
      }} />
      <p class="links-note">${say("poll.named")}</p>
      ${wrong.value && html`<p class="field-error" role="alert">${say(wrong.value === "twice" ? "poll.twice" : "poll.missing")}</p>`}
      <div class="dialog-do">
        <${Button} label=${say("do.cancel")} onPress=${onClose} />
        <${Button} label=${say("poll.ask")} kind="main" onPress=${send} />
      </div>
    </div>
  <//>`;
}

interface LineProps {
  line: string;
  place: number;
  lines: { value: readonly string[] };
}

function Line({ line, place, lines }: LineProps) {
  const at = sayNumber(place + 1);
  return html`<div class="field-box">
    <input
      type="text"
      dir="auto"
      autocomplete="off"
      aria-label=${say("poll.option", { at })}
      placeholder=${say("poll.option", { at })}
      maxlength=${OPTION_LIMIT}
      value=${line}
      onInput=${(event: Event) => {
        if (event.currentTarget instanceof HTMLInputElement)
          lines.value = withRoom(lines.value.with(place, event.currentTarget.value));
      }}
    />
    ${
      line !== "" &&
      html`<${IconButton} icon=${X} label=${say("poll.option_remove", { at })} onPress=${() => {
        lines.value = withRoom(lines.value.toSpliced(place, 1));
      }} />`
    }
  </div>`;
}

/** Enter and the arrows lead from line to line; in the last one Enter asks. None of it reaches the composer's form. */
function walk(event: KeyboardEvent, send: () => void): void {
  const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  const { currentTarget, target } = event;
  if (step === undefined || event.isComposing) return;
  if (!(currentTarget instanceof HTMLElement) || !(target instanceof HTMLInputElement)) return;
  event.preventDefault();
  const all = [...currentTarget.querySelectorAll<HTMLElement>("input[type=text]")];
  const next = all[all.indexOf(target) + step];
  if (next) next.focus();
  else if (event.key === "Enter") send();
}
