import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { RIGHTS } from "../../src/protocol/choose-rights.ts";
import { LEVELS, type Right, SLOW_MODES, type WhoMay, whoMayBy } from "../../src/protocol/rights.ts";
import type { Conversations } from "../conversations/model.ts";
import type { ConversationView } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { sayDuration } from "../languages/say-time.ts";
import { readFailure } from "../read-failure.ts";
import { Alert } from "../ui/notice.ts";
import { ownRank } from "./members-of.ts";
import { FIXED, type Fixed } from "./what-may-whom.ts";

export interface RightsProps {
  conversations: Conversations;
  conversation: ConversationView;
}

const SAID = {
  write: "rights.write",
  addMembers: "rights.add",
  pin: "rights.pin",
  about: "rights.about",
} as const satisfies Record<Right, string>;

/** Who may do what, for all to see and for those in charge to choose. */
export function RightsPart({ conversations, conversation }: RightsProps) {
  const failure = useSignal<string | undefined>(undefined);
  const busy = useSignal(false);
  const { id, group, state } = conversation;
  if (!group?.rights) return null;
  const now = whoMayBy(group.rights);
  const own = ownRank(conversation);
  const may = state !== "frozen" && (own === "owner" || own === "admin");
  const choose = async (chosen: Partial<WhoMay>) => {
    busy.value = true;
    failure.value = undefined;
    try {
      await conversations.setRights(id, chosen);
    } catch (error) {
      failure.value = readFailure(error);
    } finally {
      busy.value = false;
    }
  };
  const disabled = !may || busy.value;
  return html`<section class="details-part">
    <h3>${say("rights.title")}</h3>
    ${failure.value !== undefined && html`<${Alert} text=${sayFailure(failure.value)} />`}
    ${RIGHTS.map(
      (right) => html`<${Choice}
        key=${right}
        label=${say(SAID[right])}
        chosen=${now[right]}
        offered=${LEVELS.map((level) => [level, say(`rights.${level}`)])}
        disabled=${disabled}
        onChoose=${(level: string) => choose({ [right]: level })}
      />`,
    )}
    <${Choice}
      label=${say("rights.slow")}
      chosen=${String(now.slow)}
      offered=${[["0", say("rights.slow_off")], ...SLOW_MODES.map((seconds) => [String(seconds), sayDuration(seconds)])]}
      disabled=${disabled}
      onChoose=${(seconds: string) => choose({ slow: SLOW_MODES.find((one) => one === Number(seconds)) ?? 0 })}
    />
    <p>${say("rights.slow_text")} ${!may && say("rights.who")}</p>
    <details class="what-may-whom">
      <summary>${say("rights.fixed")}</summary>
      <dl>
        ${(Object.keys(FIXED) as Fixed[]).map(
          (deed) =>
            html`<div key=${deed}><dt>${say(`rights.to_${deed}`)}</dt><dd>${sayWho(FIXED[deed], now)}</dd></div>`,
        )}
      </dl>
      <p>${say("rights.fixed_text")}</p>
    </details>
  </section>`;
}

function sayWho(who: (typeof FIXED)[Fixed], now: WhoMay): string {
  return say(`rights.${"as" in who ? now[who.as] : who.from}`);
}

interface ChoiceProps {
  label: string;
  chosen: string;
  offered: readonly (readonly [string, string])[];
  disabled: boolean;
  onChoose: (chosen: string) => void;
}

function Choice({ label, chosen, offered, disabled, onChoose }: ChoiceProps) {
  const change = (event: Event) => {
    if (event.currentTarget instanceof HTMLSelectElement) onChoose(event.currentTarget.value);
  };
  return html`<label class="rule">
    <span>${label}</span>
    <select class="search-choice" disabled=${disabled} onChange=${change}>
      ${offered.map(([value, said]) => html`<option key=${value} value=${value} selected=${value === chosen}>${said}</option>`)}
    </select>
  </label>`;
}
