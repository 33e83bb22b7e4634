import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { NAME_LIMIT } from "../../src/protocol/content.ts";
import type { Conversations } from "../conversations/model.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { readFailure } from "../read-failure.ts";
import { chatPath, navigate } from "../routes.ts";
import { Button } from "../ui/button.ts";
import { Dialog } from "../ui/dialog.ts";
import { Field } from "../ui/field.ts";
import { Alert } from "../ui/notice.ts";
import { ChoosePeople } from "./choose-people.ts";

/** A name and the first people; both can change later. */
export function NewGroup({ conversations, onClose }: { conversations: Conversations; onClose: () => void }) {
  const name = useSignal("");
  const people = useSignal<readonly string[]>([]);
  const problem = useSignal<string | undefined>(undefined);
  const busy = useSignal(false);
  const create = async () => {
    if (busy.value) return;
    const called = name.value.trim();
    problem.value = called === "" ? say("group.name_missing") : undefined;
    if (problem.value !== undefined) return;
    busy.value = true;
    try {
      const id = await conversations.foundGroup(called, people.value);
      onClose();
      navigate(chatPath(id));
    } catch (error) {
      problem.value = sayFailure(readFailure(error));
    } finally {
      busy.value = false;
    }
  };
  return html`<${Dialog} title=${say("group.new")} onClose=${onClose}>
    <div class="new-form">
      <${Field} name="group-name" label=${say("group.name")} value=${name} autocomplete="off" most=${NAME_LIMIT} focused />
      <${ChoosePeople} conversations=${conversations} people=${people} />
      ${problem.value !== undefined && html`<${Alert} text=${problem.value} />`}
      <${Button}
        label=${busy.value ? say("group.creating") : say("group.create")}
        kind="main"
        wide
        busy=${busy.value}
        onPress=${create}
      />
    </div>
  <//>`;
}
