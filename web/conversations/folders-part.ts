import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { say } from "../languages/language.ts";
import { FOLDER_NAME, MOST_FOLDERS } from "../storage/folder-limits.ts";
import { Button } from "../ui/button.ts";
import { Field } from "../ui/field.ts";

interface Props {
  /** All there are. */
  all: readonly string[];
  /** Those that this conversation is in. */
  chosen: readonly string[];
  onChoose: (folders: string[]) => void;
}

/** Which folders of the list a conversation is in; a new one begins with it. */
export function FoldersPart({ all, chosen, onChoose }: Props) {
  const typed = useSignal("");
  const add = (event: Event) => {
    event.preventDefault();
    const name = typed.value.replace(/\s+/gu, " ").trim().slice(0, FOLDER_NAME);
    if (name !== "" && !chosen.includes(name)) onChoose([...chosen, name].slice(-MOST_FOLDERS));
    typed.value = "";
  };
  return html`<div class="folders">
    <h4 class="folders-title">${say("folder.title")}</h4>
    <div class="folder-choices">
      ${[...new Set([...all, ...chosen])].map((name) => {
        const isIn = chosen.includes(name);
        return html`<button
          type="button"
          key=${name}
          class="folder"
          aria-pressed=${isIn ? "true" : "false"}
          onClick=${() => onChoose(isIn ? chosen.filter((one) => one !== name) : [...chosen, name])}
        ><bdi>${name}</bdi></button>`;
      })}
    </div>
    <form class="folder-new" novalidate onSubmit=${add}>
      <${Field} name="folder" label=${say("folder.new")} value=${typed} autocomplete="off" most=${FOLDER_NAME} />
      <${Button} label=${say("folder.add")} submits />
    </form>
  </div>`;
}
