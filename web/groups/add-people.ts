import { useModel, useSignal } from "@preact/signals";
import { html } from "htm/preact";
import type { Conversations } from "../conversations/model.ts";
import type { ConversationView } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { readFailure } from "../read-failure.ts";
import { Button } from "../ui/button.ts";
import { Dialog } from "../ui/dialog.ts";
import { Alert } from "../ui/notice.ts";
import { ChoosePeople } from "./choose-people.ts";
import { membersOf } from "./members-of.ts";
import { PeopleToAdd } from "./people-to-add.ts";

interface Props {
  conversations: Conversations;
  conversation: ConversationView;
  /** It is kept, and made as soon as the server can be reached. */
  onWaits: () => void;
  onClose: () => void;
}

/** Stays open until they are in: whoever was chosen need not be named again. */
export function AddPeople({ conversations, conversation, onWaits, onClose }: Props) {
  const { id } = conversation;
  const people = useModel(
    () =>
      new PeopleToAdd({
        find: conversations.findPerson,
        own: conversations.me.value?.username,
        inside: () => usernamesIn(conversations, id),
      }),
  );
  const busy = useSignal(false);
  const failure = useSignal<string | undefined>(undefined);
  const add = async () => {
    if (busy.value) return;
    busy.value = true;
    failure.value = undefined;
    try {
      if (!(await people.add()) || people.chosen.value.length === 0) return;
      await conversations.addMembers(id, people.chosen.value);
      onClose();
    } catch (error) {
      failure.value = readFailure(error);
      if (failure.value === "change_waits") onWaits();
    } finally {
      busy.value = false;
    }
  };
  const isNobody = people.chosen.value.length === 0 && people.typed.value.trim() === "";
  return html`<${Dialog} title=${say("group.add_people")} onClose=${onClose}>
    <div class="new-form">
      <p>${say("group.add_text")}</p>
      <${ChoosePeople} people=${people} />
      ${failure.value !== undefined && html`<${Alert} text=${sayFailure(failure.value)} />`}
      <div class="dialog-do">
        <${Button} label=${say("do.cancel")} onPress=${onClose} />
        <${Button}
          label=${busy.value ? say("group.working") : say("group.add_to_group")}
          kind="main"
          busy=${isNobody || busy.value}
          onPress=${add}
        />
      </div>
    </div>
  <//>`;
}

function usernamesIn({ byId }: Conversations, id: ConversationView["id"]): readonly string[] {
  const conversation = byId.value.get(id);
  return conversation ? membersOf(conversation).map(({ username }) => username) : [];
}
