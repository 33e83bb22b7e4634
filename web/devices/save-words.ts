import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { Copy, FileDown, Printer } from "lucide";
import { say } from "../languages/language.ts";
import { Button } from "../ui/button.ts";
import { Alert } from "../ui/notice.ts";
import { AskWords } from "./ask-words.ts";

interface Props {
  words: readonly string[];
  /** Whose they are. */
  name: string;
  onSaved: () => Promise<void>;
}

/** The words to be written down; two of them are asked before they count as that. */
export function SaveWords({ words, name, onSaved }: Props) {
  const asking = useSignal(false);
  const copied = useSignal<"no" | "yes" | "denied">("no");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(words.join(" "));
      copied.value = "yes";
    } catch {
      copied.value = "denied";
    }
  };
  const turn = (on: boolean) => () => {
    asking.value = on;
  };
  if (asking.value) return html`<${AskWords} words=${words} onRight=${onSaved} onBack=${turn(false)} />`;
  return html`<section class="settings-part">
    <p>${say("recovery.once")}</p>
    <ol class="recovery-words" dir="ltr" lang="en" aria-label=${say("recovery.words")}>
      ${words.map((word) => html`<li>${word}</li>`)}
    </ol>
    <div class="recovery-do">
      <${Button} label=${say(copied.value === "yes" ? "do.copied" : "recovery.copy")} icon=${Copy} onPress=${copy} />
      <${Button} label=${say("recovery.print")} icon=${Printer} onPress=${() => print()} />
      <${Button} label=${say("recovery.save")} icon=${FileDown} onPress=${() => saveFile(words, name)} />
    </div>
    <p class="settings-quiet" role="status">${copied.value === "yes" && say("recovery.copied")}</p>
    ${copied.value === "denied" && html`<${Alert} text=${say("recovery.copy_denied")} />`}
    <${Button} label=${say("recovery.next")} kind="main" onPress=${turn(true)} />
  </section>`;
}

/** Nothing but the words stands in it, so that it can be pasted as it is. */
function saveFile(words: readonly string[], name: string): void {
  const lines = words.map((word, place) => `${place + 1}. ${word}\n`);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(lines, { type: "text/plain" }));
  link.download = `elahe-recovery-key-${name}.txt`;
  link.click();
  URL.revokeObjectURL(link.href);
}
