import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { NAME_LIMIT } from "../../src/protocol/content.ts";
import type { ConversationId } from "../../src/protocol/ids.ts";
import type { Conversations } from "../conversations/model.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { readFailure } from "../read-failure.ts";
import { Button } from "../ui/button.ts";
import { Dialog } from "../ui/dialog.ts";
import { Field } from "../ui/field.ts";
import { Alert } from "../ui/notice.ts";
import { Switch } from "../ui/switch.ts";

interface Props {
  conversations: Conversations;
  community: ConversationId;
  onClose: () => void;
}

/** A group that belongs to the community from its first day. */
export function NewPlace({ conversations, community, onClose }: Props) {
  const name = useSignal("");
  const approval = useSignal(false);
  const missing = useSignal(false);
  const busy = useSignal(false);
  const failure = useSignal<string | undefined>(undefined);
  const create = async () => {
    missing.value = name.value.trim() === "";
    if (missing.value || busy.value) return;
    busy.value = true;
    failure.value = undefined;
    try {
      await conversations.doCommunity({
        kind: "found_in_community",
        conversationId: community,
        name: name.value.trim(),
        approval: approval.value,
      });
      onClose();
    } catch (error) {
      failure.value = readFailure(error);
    } finally {
      busy.value = false;
    }
  };
  return html`<${Dialog} title=${say("community.new_group")} onClose=${onClose}>
    <form
      class="new-form"
      novalidate
      onSubmit=${(event: Event) => {
        event.preventDefault();
        void create();
      }}
    >
      <${Field} name="place-name" label=${say("community.group_name")} value=${name} autocomplete="off" most=${NAME_LIMIT} focused
        hint=${say("community.new_group_text")} error=${missing.value ? say("community.group_missing") : undefined} />
      <${AskSwitch} approval=${approval} />
      ${failure.value !== undefined && html`<${Alert} text=${sayFailure(failure.value)} />`}
      <${Button} label=${busy.value ? say("community.working") : say("community.create_group")} kind="main" wide submits busy=${busy.value} />
    </form>
  <//>`;
}

export function AskSwitch({ approval }: { approval: { value: boolean } }) {
  return html`<${Switch}
    on=${approval.value}
    label=${say("community.approval")}
    text=${say("community.approval_text")}
    onChange=${(on: boolean) => {
      approval.value = on;
    }}
  />`;
}
