import { html } from "htm/preact";
import { say } from "../languages/language.ts";
import { Button } from "../ui/button.ts";

/** In place of what could not be looked up: it may be there all the same. */
export function NotLoaded({ what, onAgain }: { what: string; onAgain: () => void }) {
  return html`<p class="invites-said" role="alert">
    ${what} <${Button} label=${say("do.try_again")} kind="quiet" onPress=${onAgain} />
  </p>`;
}
