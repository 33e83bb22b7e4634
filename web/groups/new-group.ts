import { useModel } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";
import { NAME_LIMIT } from "../../src/protocol/content.ts";
import type { Conversations } from "../conversations/model.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { chatPath, navigate } from "../routes.ts";
import { Button } from "../ui/button.ts";
import { Dialog } from "../ui/dialog.ts";
import { Field } from "../ui/field.ts";
import { Alert } from "../ui/notice.ts";
import { ChoosePeople } from "./choose-people.ts";
import { GroupToFound } from "./group-to-found.ts";

interface Props {
  conversations: Conversations;
  /** A private channel: it begins with its founder alone. */
  channel?: boolean;
  onClose: () => void;
}

/** A name and the first people; both can change later. */
export function NewGroup({ conversations, channel = false, onClose }: Props) {
  const group = useModel(() => new GroupToFound({ ...conversations, channel }));
  const isOpen = useRef(true);
  useEffect(
    () => () => {
      isOpen.current = false;
    },
    [],
  );
  const create = async () => {
    const id = await group.found();
    // Whoever has gone on to something else is not taken away from it: the group stands in the list.
    if (id === undefined || !isOpen.current) return;
    onClose();
    navigate(chatPath(id));
  };
  return html`<${Dialog} title=${say(channel ? "group.new_channel" : "group.new")} onClose=${onClose}>
    ${
      group.failure.value === "change_waits"
        ? html`<${Waits} name=${group.name.value.trim()} onClose=${onClose} />`
        : html`<${Form} group=${group} channel=${channel} onCreate=${create} />`
    }
  <//>`;
}

function Form({ group, channel, onCreate }: { group: GroupToFound; channel: boolean; onCreate: () => void }) {
  const { name, people, busy, failure } = group;
  return html`<div class="new-form">
    <${Field}
      name="group-name"
      label=${say(channel ? "group.channel_name" : "group.name")}
      value=${name}
      autocomplete="off"
      most=${NAME_LIMIT}
      focused
      error=${group.isNameless.value ? say(channel ? "group.channel_nameless" : "group.name_missing") : undefined}
    />
    ${channel ? html`<p class="details-quiet">${say("group.new_channel_text")}</p>` : html`<${ChoosePeople} people=${people} />`}
    ${failure.value !== undefined && html`<${Alert} text=${sayFailure(failure.value)} />`}
    <${Button}
      label=${busy.value ? say("group.creating") : say(channel ? "group.create_channel" : "group.create")}
      kind="main"
      wide
      busy=${busy.value}
      onPress=${onCreate}
    />
  </div>`;
}

/** Created again, there would be two of it. */
function Waits({ name, onClose }: { name: string; onClose: () => void }) {
  return html`<p role="status">${say("group.founding_waits", { name })}</p>
    <div class="dialog-do"><${Button} label=${say("do.close")} kind="main" onPress=${onClose} /></div>`;
}
