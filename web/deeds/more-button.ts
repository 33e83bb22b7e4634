import { html } from "htm/preact";
import { Ellipsis } from "lucide";
import { say } from "../languages/language.ts";
import { Icon } from "../ui/icon.ts";

/**
 * What can be done with a message. One of all these is in the way of the Tab key, the last; the arrow keys lead to
 * the others.
 */
export function MoreButton({ last, onPress }: { last: boolean; onPress: () => void }) {
  return html`<button
    type="button"
    class="message-more"
    tabindex=${last ? "0" : "-1"}
    aria-label=${say("deed.menu")}
    title=${say("deed.menu")}
    onClick=${onPress}
    onKeyDown=${walk}
  ><${Icon} of=${Ellipsis} size=${18} /></button>`;
}

function walk(event: KeyboardEvent): void {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const here = event.currentTarget;
  if (step === undefined || !(here instanceof HTMLElement)) return;
  const all = [...(here.closest(".messages")?.querySelectorAll<HTMLElement>(".message-more") ?? [])];
  const next = all[all.indexOf(here) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}
