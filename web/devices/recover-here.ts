import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import type { Conversations } from "../conversations/model.ts";
import { say } from "../languages/language.ts";
import { Button } from "../ui/button.ts";
import { WordsForm } from "./words-form.ts";

/** By the words, in the place of all devices that are lost: said before it is done. */
export function RecoverHere({ conversations }: { conversations: Conversations }) {
  const open = useSignal(false);
  return html`<section class="settings-part">
    <h2>${say("elsewhere.lost")}</h2>
    <p class="settings-quiet">${say("elsewhere.lost_text")}</p>
    ${
      open.value
        ? html`<${WordsForm}
            submit=${say("elsewhere.recover")}
            working=${say("elsewhere.recovering")}
            onWords=${(words: string) => conversations.doDevice({ kind: "recover", words })}
            onCancel=${() => {
              open.value = false;
            }}
          />`
        : html`<${Button}
            label=${say("words.typed")}
            onPress=${() => {
              open.value = true;
            }}
          />`
    }
  </section>`;
}
