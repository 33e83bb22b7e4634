import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { Pin } from "lucide";
import { useEffect } from "preact/hooks";
import type { Timeline } from "../conversations/timeline-model.ts";
import type { ConversationView } from "../delivery/patches.ts";
import { learnWords, say } from "../languages/language.ts";
import { Icon } from "../ui/icon.ts";
import { sayShortly } from "./quote.ts";

interface Props {
  pins: NonNullable<ConversationView["pins"]>;
  timeline: Timeline;
}

export async function openPinBar() {
  await learnWords("deeds");
  return PinBar;
}

/** What is kept in sight: a press leads to the one shown, and shows the one pinned before it. */
function PinBar({ pins, timeline }: Props) {
  const back = useSignal(0);
  const at = pins.length - 1 - (back.value % pins.length);
  const shown = pins[at];
  const id = shown?.messageId;
  const known =
    timeline.messages.value.find((message) => message.id === id) ?? (id && timeline.quoted.value.get(id));
  useEffect(() => {
    if (id !== undefined && known === undefined) timeline.findQuoted(id);
  }, [id, known]);
  if (!shown) return null;
  const words = known && known !== "missing" ? sayShortly(known) : "";
  return html`<button
    type="button"
    class="pin-bar"
    onClick=${() => {
      timeline.goTo(shown.sequence);
      back.value += 1;
    }}
  >
    <${Icon} of=${Pin} size=${18} />
    <span class="pin-words">
      <span class="pin-title">${pins.length > 1 ? say("deed.pinned_of", { at: String(at + 1), all: String(pins.length) }) : say("deed.pinned")}</span>
      <bdi class="quote-words" dir="auto">${words}</bdi>
    </span>
  </button>`;
}
