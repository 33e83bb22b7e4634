import { html } from "htm/preact";
import { X } from "lucide";
import type { Composer } from "../conversations/composer-model.ts";
import { say } from "../languages/language.ts";
import { IconButton } from "../ui/button.ts";
import { sayShortly } from "./quote.ts";

/** Over the box: which message is answered or changed by what is written. */
export function DoingBar({ composer, nameOf }: { composer: Composer; nameOf: (message: Doing) => string }) {
  const doing = composer.doing.value;
  if (!doing) return null;
  const { kind, message } = doing;
  const title =
    kind === "edit"
      ? say("deed.editing")
      : message.mine
        ? say("deed.answering_self")
        : say("deed.answering", { name: nameOf(message) });
  return html`<div class="doing" role="status">
    <span class="doing-words">
      <strong>${title}</strong>
      <bdi class="quote-words" dir="auto">${sayShortly(message)}</bdi>
    </span>
    <${IconButton} icon=${X} label=${say("deed.stop")} onPress=${composer.stopDoing} />
  </div>`;
}

type Doing = NonNullable<Composer["doing"]["value"]>["message"];
