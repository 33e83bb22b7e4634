import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import type { ConversationView } from "../delivery/patches.ts";
import { isInCharge } from "../groups/may.ts";
import { ownRank } from "../groups/members-of.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { sayDuration } from "../languages/say-time.ts";
import { readFailure } from "../read-failure.ts";
import { Alert } from "../ui/notice.ts";
import type { Conversations } from "./model.ts";

const HOUR = 3_600;
const OFFERED = [HOUR, 24 * HOUR, 7 * 24 * HOUR, 28 * 24 * HOUR];

interface Props {
  conversations: Conversations;
  conversation: ConversationView;
}

/** How long what is written from now on lasts. */
export function TimerPart({ conversations, conversation }: Props) {
  const failure = useSignal<string | undefined>(undefined);
  const { id, timer, group, state } = conversation;
  const may = state !== "frozen" && (!group || isInCharge(ownRank(conversation)));
  const offered = timer === undefined || OFFERED.includes(timer) ? OFFERED : [timer, ...OFFERED];
  const choose = async (event: Event) => {
    if (!(event.currentTarget instanceof HTMLSelectElement)) return;
    const seconds = Number(event.currentTarget.value);
    failure.value = undefined;
    try {
      await conversations.setTimer(id, seconds === 0 ? null : seconds);
    } catch (error) {
      failure.value = readFailure(error);
    }
  };
  return html`<section class="details-part">
    <h3 id="timer-title">${say("timer.title")}</h3>
    ${failure.value !== undefined && html`<${Alert} text=${sayFailure(failure.value)} />`}
    <select class="search-choice timer-choice" aria-labelledby="timer-title" aria-describedby="timer-text" disabled=${!may} onChange=${choose}>
      <option value="0" selected=${timer === undefined}>${say("timer.off")}</option>
      ${offered.map((seconds) => html`<option key=${seconds} value=${seconds} selected=${timer === seconds}>${sayDuration(seconds)}</option>`)}
    </select>
    <p id="timer-text">${say("timer.text")} ${!may && say("timer.who")}</p>
  </section>`;
}
