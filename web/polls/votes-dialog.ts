import { html } from "htm/preact";
import type { AccountId } from "../../src/protocol/ids.ts";
import { say, sayNumber } from "../languages/language.ts";
import { Dialog } from "../ui/dialog.ts";
import type { Counted } from "./tally.ts";

interface Props {
  counted: readonly Counted[];
  nameOf: (account: AccountId) => string;
  onClose: () => void;
}

/** Who chose what. */
export function VotesDialog({ counted, nameOf, onClose }: Props) {
  return html`<${Dialog} title=${say("poll.votes")} onClose=${onClose}>
    ${counted.map(
      ({ option, by }, place) => html`<section class="poll-votes" key=${place}>
        <h3><bdi dir="auto">${option}</bdi> <span class="poll-count">${sayNumber(by.length)}</span></h3>
        ${
          by.length === 0
            ? html`<p class="settings-quiet">${say("poll.none")}</p>`
            : html`<ul>${by.map((account) => html`<li key=${account}><bdi>${nameOf(account)}</bdi></li>`)}</ul>`
        }
      </section>`,
    )}
  <//>`;
}
