import { html } from "htm/preact";
import type { AccountId } from "../../src/protocol/ids.ts";
import type { MessageView } from "../delivery/patches.ts";
import { say, sayList, sayNumber } from "../languages/language.ts";

interface Props {
  message: MessageView;
  me: AccountId | undefined;
  nameOf: (account: AccountId) => string;
  onReact: (emoji: string | null) => void;
}

/** How often each was given, and by whom; one's own is pressed. */
export function Reactions({ message, me, nameOf, onReact }: Props) {
  const given = Map.groupBy(message.reactions ?? [], ({ emoji }) => emoji);
  if (given.size === 0) return null;
  return html`<ul class="reactions">
    ${[...given].map(([emoji, by]) => {
      const mine = by.some(({ accountId }) => accountId === me);
      const names = sayList(
        by.map(({ accountId }) => (accountId === me ? say("group.you") : nameOf(accountId))),
      );
      return html`<li key=${emoji}>
        <button
          type="button"
          class="reaction"
          aria-pressed=${mine ? "true" : "false"}
          title=${names}
          onClick=${() => onReact(mine ? null : emoji)}
        ><span class="reaction-sign">${emoji}${by.length > 1 ? ` ${sayNumber(by.length)}` : ""}</span><span class="visually-hidden"> ${say("deed.reacted", { names })}</span></button>
      </li>`;
    })}
  </ul>`;
}
