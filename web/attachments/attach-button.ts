import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { ChartBar, File as FileIcon, Image, Paperclip } from "lucide";
import { useRef } from "preact/hooks";
import { say } from "../languages/language.ts";
import type { AskPoll, NewPollProps } from "../polls/new-poll.ts";
import { Button, IconButton } from "../ui/button.ts";
import { later } from "../ui/later.ts";

/** `plain`: exactly as they are, with all that they tell. */
export type AddFiles = (files: readonly Blob[], plain: boolean) => void;

const LaterPoll = later<NewPollProps>(async () => (await import("../polls/new-poll.ts")).NewPoll, "polls");

export function AttachButton({ add, ask }: { add: AddFiles; ask?: AskPoll | undefined }) {
  const open = useSignal(false);
  const asking = useSignal(false);
  const whole = useRef<HTMLDivElement>(null);
  const pictures = useRef<HTMLInputElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const choose = (input: HTMLInputElement | null) => {
    open.value = false;
    input?.click();
  };
  const take = (plain: boolean) => (event: Event) => {
    if (!(event.currentTarget instanceof HTMLInputElement)) return;
    add([...(event.currentTarget.files ?? [])], plain);
    event.currentTarget.value = "";
  };
  return html`<div
    ref=${whole}
    class="attach"
    onKeyDown=${(event: KeyboardEvent) => {
      if (event.key !== "Escape" || !open.value) return;
      event.stopPropagation();
      open.value = false;
    }}
    onFocusOut=${(event: FocusEvent) => {
      const inside =
        event.relatedTarget instanceof Node && (event.currentTarget as Node).contains(event.relatedTarget);
      if (!inside) open.value = false;
    }}
  >
    <${IconButton} icon=${Paperclip} label=${say("attachment.attach")} onPress=${() => {
      open.value = !open.value;
    }} />
    ${
      open.value &&
      html`<div class="attach-menu" role="group" aria-label=${say("attachment.attach")}>
        <${Button} icon=${Image} kind="quiet" label=${say("attachment.choose_pictures")} onPress=${() => choose(pictures.current)} />
        <${Button} icon=${FileIcon} kind="quiet" label=${say("attachment.choose_files")} onPress=${() => choose(files.current)} />
        ${
          ask &&
          html`<${Button} icon=${ChartBar} kind="quiet" label=${say("poll.title")} onPress=${() => {
            // What is pressed goes with the menu: the focus comes back to what opened it.
            whole.current?.querySelector("button")?.focus();
            open.value = false;
            asking.value = true;
          }} />`
        }
        <p class="composer-note">${say("attachment.place_removed")}</p>
      </div>`
    }
    ${
      asking.value &&
      html`<${LaterPoll} ask=${ask} onClose=${() => {
        asking.value = false;
      }} />`
    }
    <input ref=${pictures} type="file" accept="image/*,video/*" multiple hidden onChange=${take(false)} />
    <input ref=${files} type="file" multiple hidden onChange=${take(true)} />
  </div>`;
}
