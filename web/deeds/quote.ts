import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import type { MessageId } from "../../src/protocol/ids.ts";
import { sayAttachment } from "../attachments/say-attachment.ts";
import type { Timeline } from "../conversations/timeline-model.ts";
import type { MessageView } from "../delivery/patches.ts";
import { plainWords } from "../formatting/formatting.ts";
import { say } from "../languages/language.ts";
import { sayQuestion } from "../polls/say-question.ts";

const SHOWN = 160;

interface Props {
  of: MessageId;
  timeline: Timeline;
  nameOf: (message: MessageView) => string;
}

/** What a message answers, and the way to it. */
export function Quote({ of, timeline, nameOf }: Props) {
  const known = timeline.messages.value.find(({ id }) => id === of) ?? timeline.quoted.value.get(of);
  useEffect(() => {
    if (known === undefined) timeline.findQuoted(of);
  }, [of, known]);
  if (!known || known === "missing" || known.sequence === undefined)
    return html`<p class="quote quote-missing">${known === "missing" ? say("deed.quote_missing") : ""}</p>`;
  const { sequence } = known;
  return html`<button type="button" class="quote" onClick=${() => timeline.goTo(sequence)}>
    <bdi class="quote-name">${nameOf(known)}</bdi>
    <bdi class="quote-words" dir="auto">${sayShortly(known)}</bdi>
  </button>`;
}

/** What a message says, in one line. */
export function sayShortly({ body }: MessageView): string {
  if (body.kind === "deleted") return say("message.deleted");
  if (body.kind !== "text") return say("message.not_understood");
  return (plainWords(sayQuestion(body)) || (body.attachments ?? []).map(sayAttachment).join(", "))
    .slice(0, SHOWN)
    .replace(/\s+/g, " ");
}
