import { html } from "htm/preact";
import { say } from "../languages/language.ts";
import { Button } from "../ui/button.ts";
import { Dialog } from "../ui/dialog.ts";

interface Props {
  title: string;
  text: string;
  /** The deed itself, as its button says it. */
  deed: string;
  onDo: () => void;
  onClose: () => void;
}

/** What a deed brings about, before it is done. */
export function AskFirst({ title, text, deed, onDo, onClose }: Props) {
  return html`<${Dialog} title=${title} onClose=${onClose}>
    <p>${text}</p>
    <div class="dialog-do">
      <${Button} label=${say("do.cancel")} onPress=${onClose} />
      <${Button} label=${deed} kind="danger" onPress=${onDo} />
    </div>
  <//>`;
}
