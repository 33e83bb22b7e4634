import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import { fetchedOnce } from "../ui/fetched-once.ts";
import type { PollProps } from "./poll-in-bubble.ts";

export const pollView = fetchedOnce(async () => (await import("./poll-in-bubble.ts")).openPollView());

/** What is asked can be read at once, and answered as soon as what does it has been fetched. */
export function PollUnderWords(props: PollProps) {
  useEffect(() => {
    void pollView.fetch();
  }, []);
  const View = pollView.fetched.value;
  return html`<div class="poll">
    ${View ? html`<${View} ...${props} />` : props.poll.options.map((option) => html`<p class="poll-option" dir="auto">${option}</p>`)}
  </div>`;
}
