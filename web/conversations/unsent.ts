import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { Copy, Download } from "lucide";
import { sayAttachment } from "../attachments/say-attachment.ts";
import type { UploadView } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { readFailure } from "../read-failure.ts";
import { Button, IconButton } from "../ui/button.ts";
import type { RequestProps } from "./request.ts";

/** What was being written when the conversation stopped: to be taken along, as it cannot be sent. */
export function Unsent({
  conversations,
  conversation: { id },
}: Pick<RequestProps, "conversations" | "conversation">) {
  const composer = conversations.composerOf(id);
  const copied = useSignal(false);
  const failure = useSignal<string | undefined>(undefined);
  const words = composer.text.value.trim();
  const files = composer.files.value.filter(({ phase }) => phase !== "sealing");
  if (words === "" && files.length === 0) return null;
  const copy = async () => {
    copied.value = await navigator.clipboard.writeText(words).then(
      () => true,
      () => false,
    );
  };
  const save = async (file: UploadView) => {
    try {
      const link = document.createElement("a");
      [link.href, link.download] = [await conversations.attachments.open(undefined, file.id), file.name];
      link.click();
    } catch (cause) {
      failure.value = readFailure(cause);
    }
  };
  return html`<section class="unsent" aria-label=${say("unsent.title")}>
    <strong>${say("unsent.title")}</strong>
    ${words !== "" && html`<p class="unsent-words" dir="auto" tabindex="0">${words}</p>`}
    ${
      files.length > 0 &&
      html`<ul class="chips">
        ${files.map((file) => {
          const name = file.voice ? sayAttachment(file) : file.name;
          return html`<li class="chip" key=${file.id}>
            <bdi class="chip-words chip-name">${name}</bdi>
            <${IconButton} icon=${Download} label=${say("unsent.save", { name })} onPress=${() => save(file)} />
          </li>`;
        })}
      </ul>`
    }
    ${failure.value !== undefined && html`<p role="alert">${sayFailure(failure.value)}</p>`}
    ${words !== "" && html`<div class="composer-do"><${Button} icon=${Copy} label=${say(copied.value ? "unsent.copied" : "unsent.copy")} onPress=${copy} /></div>`}
  </section>`;
}
