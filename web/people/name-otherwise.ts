import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import type { AccountId } from "../../src/protocol/ids.ts";
import type { Conversations } from "../conversations/model.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { readFailure } from "../read-failure.ts";
import { Button } from "../ui/button.ts";
import { Dialog } from "../ui/dialog.ts";
import { Field } from "../ui/field.ts";
import { Alert } from "../ui/notice.ts";
import { nicknameOf } from "./faces.ts";

interface Props {
  conversations: Conversations;
  accountId: AccountId;
  /** As they are called so far. */
  name: string;
  onClose: () => void;
}

/** What this person calls somebody; the empty name takes it away. */
export function NameOtherwise({ conversations, accountId, name, onClose }: Props) {
  const nickname = useSignal(nicknameOf(accountId) ?? "");
  const failure = useSignal<string | undefined>(undefined);
  const keep = async () => {
    try {
      await conversations.nickname(accountId, nickname.value.trim().slice(0, 64));
      onClose();
    } catch (error) {
      failure.value = readFailure(error);
    }
  };
  return html`<${Dialog} title=${name} onClose=${onClose}>
    <form
      class="new-form"
      novalidate
      onSubmit=${(event: Event) => {
        event.preventDefault();
        void keep();
      }}
    >
      <${Field} name="person-nickname" label=${say("details.nickname")} value=${nickname} autocomplete="off" hint=${say("details.nickname_hint")} focused />
      ${failure.value !== undefined && html`<${Alert} text=${sayFailure(failure.value)} />`}
      <div class="dialog-do">
        <${Button} label=${say("do.cancel")} onPress=${onClose} />
        <${Button} label=${say("do.keep")} kind="main" submits />
      </div>
    </form>
  <//>`;
}
