import { html } from "htm/preact";
import { say } from "../languages/language.ts";
import { Button } from "../ui/button.ts";
import { Dialog } from "../ui/dialog.ts";

/** What blocking does, before it is done. */
export function AskBlock(props: { name: string; onBlock: () => void; onClose: () => void }) {
  const { name, onBlock, onClose } = props;
  return html`<${Dialog} title=${say("block.title", { name })} onClose=${onClose}>
    <p>${say("block.text")}</p>
    <div class="dialog-do">
      <${Button} label=${say("do.cancel")} onPress=${onClose} />
      <${Button} label=${say("request.block")} kind="danger" onPress=${onBlock} />
    </div>
  <//>`;
}
