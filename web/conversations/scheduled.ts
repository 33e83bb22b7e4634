import { html } from "htm/preact";
import type { MessageView } from "../delivery/patches.ts";
import { learnWords, say } from "../languages/language.ts";
import { sayExactly } from "../languages/say-time.ts";
import { Button } from "../ui/button.ts";
import type { Timeline } from "./timeline-model.ts";

export async function openScheduled() {
  await learnWords("writing");
  return Scheduled;
}

/** It is still here: it can go at once, or not at all. */
function Scheduled({ message, timeline }: { message: MessageView; timeline: Timeline }) {
  const { id, sendAt = 0 } = message;
  return html`<div class="message-failed message-scheduled">
    <span>${say("message.scheduled", { when: sayExactly(sendAt) })}</span>
    <${Button} label=${say("message.send_now")} kind="quiet" onPress=${() => timeline.retry(id)} />
    <${Button} label=${say("do.discard")} kind="quiet" onPress=${() => timeline.discard(id)} />
  </div>`;
}
