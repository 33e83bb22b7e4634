import { html } from "htm/preact";
import type { AccountId } from "../../src/protocol/ids.ts";
import type { GroupView } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";
import { Avatar } from "../ui/avatar.ts";

interface Props {
  asking: NonNullable<GroupView["asking"]>;
  busy: boolean;
  onAnswer: (accountId: AccountId, admit: boolean) => void;
}

/** Everybody who waits by a link, with an answer for each. */
export function JoinRequests({ asking, busy, onAnswer }: Props) {
  const answer = (accountId: AccountId, admit: boolean) => () => {
    if (!busy) onAnswer(accountId, admit);
  };
  return html`<h3>${say("links.waiting", { count: asking.length })}</h3>
    <ul class="members join-requests">
      ${asking.map(
        ({ accountId, username }) => html`<li class="member" key=${accountId}>
          <${Avatar} name=${username} of=${accountId} size="small" />
          <span class="member-words"><bdi class="member-name">${username}</bdi></span>
          <span class="group-link-do">
            <button class="button button-main" type="button" aria-disabled=${busy ? "true" : undefined} aria-label=${say("links.admit_name", { name: username })} onClick=${answer(accountId, true)}>
              ${say("links.admit")}
            </button>
            <button class="button button-plain" type="button" aria-disabled=${busy ? "true" : undefined} aria-label=${say("links.decline_name", { name: username })} onClick=${answer(accountId, false)}>
              ${say("links.decline")}
            </button>
          </span>
        </li>`,
      )}
    </ul>`;
}
