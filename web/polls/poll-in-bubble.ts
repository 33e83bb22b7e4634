import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { useRef } from "preact/hooks";
import type { AccountId } from "../../src/protocol/ids.ts";
import type { Poll } from "../../src/protocol/polls.ts";
import { nameOfSender } from "../conversations/name-of.ts";
import type { Timeline } from "../conversations/timeline-model.ts";
import type { ConversationView, MessageView } from "../delivery/patches.ts";
import { language, learnWords, say, sayNumber } from "../languages/language.ts";
import { Button } from "../ui/button.ts";
import { type Counted, pressed, tally } from "./tally.ts";
import { VotesDialog } from "./votes-dialog.ts";

export interface PollProps {
  poll: Poll;
  message: MessageView;
  timeline: Timeline;
  conversation: ConversationView;
}

export async function openPollView() {
  await learnWords("polls");
  return PollInBubble;
}

/** What can be chosen, and what was. A press votes; pressed again or taken back it is no vote. */
function PollInBubble({ poll, message, timeline, conversation }: PollProps) {
  const looking = useSignal(false);
  /** What was pressed and has not come back from the worker yet. */
  const wanted = useSignal<readonly number[] | undefined>(undefined);
  const choices = useRef<HTMLFieldSetElement>(null);
  const { body, votes = [] } = message;
  const me = timeline.me.value?.accountId;
  const told = votes.find(({ accountId }) => accountId === me)?.choices ?? [];
  const mine = wanted.value ?? told;
  const may = isOpen(message, conversation);
  const choose = async (choices: readonly number[]) => {
    wanted.value = choices;
    await timeline.vote(message.id, choices);
    if (wanted.value === choices) wanted.value = undefined;
  };
  const nameOf = (account: AccountId) =>
    account === me ? say("group.you") : nameOfSender(conversation, account);
  const counted = tally(message);
  return html`<fieldset ref=${choices} class="poll-choices" onKeyDown=${walk}>
      <legend class="poll-kind">${say(poll.several ? "poll.several_answers" : "poll.one_answer")}<span class="visually-hidden">: ${body.kind === "text" && body.text}</span></legend>
      ${counted.map(
        (one, place) => html`<${Option}
          key=${place}
          name=${`poll-${message.id}`}
          several=${poll.several}
          counted=${one}
          chosen=${mine.includes(place)}
          may=${may}
          onPress=${() => choose(pressed(mine, place, poll.several))}
        />`,
      )}
    </fieldset>
    <${Foot} message=${message} me=${me} nameOf=${nameOf} onSee=${() => show(true)} onTakeBack=${may && mine.length > 0 ? takeBack : undefined} />
    ${looking.value && html`<${VotesDialog} counted=${counted} nameOf=${nameOf} onClose=${() => show(false)} />`}`;

  /** The button goes with the vote: the focus stays in the poll. */
  function takeBack(): void {
    choices.current?.querySelector("input")?.focus();
    void choose([]);
  }

  function show(on: boolean): void {
    looking.value = on;
  }
}

interface FootProps {
  message: MessageView;
  me: AccountId | undefined;
  nameOf: (account: AccountId) => string;
  onSee: () => void;
  onTakeBack: (() => void) | undefined;
}

/** How many voted, and whether it is over. */
function Foot({ message: { closed, votes = [] }, me, nameOf, onSee, onTakeBack }: FootProps) {
  return html`${me !== undefined && closed?.late.includes(me) && html`<p class="poll-late">${say("poll.late")}</p>`}
    <div class="poll-do">
      <p class="poll-foot">
        ${closed && html`<span>${closed.by === me ? say("poll.closed_by_you") : say("poll.closed_by", { name: nameOf(closed.by) })}. </span>`}
        <span>${votes.length === 0 ? say("poll.nobody") : say("poll.voted", { count: votes.length })}</span>
      </p>
      ${votes.length > 0 && html`<${Button} label=${say("poll.see")} kind="quiet" onPress=${onSee} />`}
      ${onTakeBack && html`<${Button} label=${say("poll.take_back")} kind="quiet" onPress=${onTakeBack} />`}
    </div>`;
}

/** Only what stands in its place can be meant by a vote. */
function isOpen({ closed, sequence }: MessageView, conversation: ConversationView): boolean {
  const { state, identityChanged, group } = conversation;
  if (closed !== undefined || sequence === undefined || group?.silent) return false;
  return state !== "frozen" && !identityChanged;
}

interface OptionProps {
  name: string;
  several: boolean;
  counted: Counted;
  chosen: boolean;
  may: boolean;
  onPress: () => void;
}

function Option({ name, several, counted, chosen, may, onPress }: OptionProps) {
  const { option, by, share } = counted;
  const said = new Intl.NumberFormat(language.value, { style: "percent" }).format(share);
  return html`<label class=${`poll-option${chosen ? " poll-chosen" : ""}`}>
    <input type=${several ? "checkbox" : "radio"} name=${name} checked=${chosen} disabled=${!may} onChange=${onPress} />
    <span class="poll-words"><bdi>${option}</bdi></span>
    <span class="poll-count" aria-hidden="true">${by.length > 0 && `${sayNumber(by.length)} (${said})`}</span>
    <span class="visually-hidden">${say("poll.count", { count: by.length, share: said })}${chosen && !may ? `, ${say("poll.mine")}` : ""}</span>
    <span class="poll-bar" aria-hidden="true"><span style=${{ inlineSize: `${Math.round(share * 100)}%` }}></span></span>
  </label>`;
}

const STEPS: Record<string, number> = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 };

/** The arrows lead among the answers and choose none: each choice is told to everybody. */
function walk(event: KeyboardEvent): void {
  const step = STEPS[event.key];
  const { currentTarget, target } = event;
  if (step === undefined || !(currentTarget instanceof HTMLElement) || !(target instanceof HTMLInputElement))
    return;
  event.preventDefault();
  event.stopPropagation();
  const all = [...currentTarget.querySelectorAll<HTMLElement>("input:enabled")];
  all.at((all.indexOf(target) + step) % all.length)?.focus();
}
