import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import type { Conversations } from "../conversations/model.ts";
import { say } from "../languages/language.ts";
import { Button } from "../ui/button.ts";
import { Dialog } from "../ui/dialog.ts";
import { ChoosePeople } from "./choose-people.ts";

interface Props {
  conversations: Conversations;
  onAdd: (usernames: readonly string[]) => void;
  onClose: () => void;
}

export function AddPeople({ conversations, onAdd, onClose }: Props) {
  const people = useSignal<readonly string[]>([]);
  return html`<${Dialog} title=${say("group.add_people")} onClose=${onClose}>
    <div class="new-form">
      <p>${say("group.add_text")}</p>
      <${ChoosePeople} conversations=${conversations} people=${people} />
      <div class="dialog-do">
        <${Button} label=${say("do.cancel")} onPress=${onClose} />
        <${Button}
          label=${say("group.add_to_group")}
          kind="main"
          busy=${people.value.length === 0}
          onPress=${() => onAdd(people.value)}
        />
      </div>
    </div>
  <//>`;
}
