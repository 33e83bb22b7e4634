import { html } from "htm/preact";
import { say } from "../languages/language.ts";
import { CHAT } from "../routes.ts";
import { Button } from "./button.ts";
import { Notice } from "./notice.ts";

/** In place of what could not be drawn. */
export function Broken({ again }: { again: () => void }) {
  return html`<${Notice} title=${say("broken.title")} text=${say("broken.text")}>
    <${Button} label=${say("do.try_again")} kind="main" onPress=${again} />
    <a class="button button-plain" href=${CHAT}>${say("do.back")}</a>
  <//>`;
}
