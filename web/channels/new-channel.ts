import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { Eye } from "lucide";
import { DESCRIPTION_LIMIT, NAME_LIMIT } from "../../src/protocol/content.ts";
import type { Conversations } from "../conversations/model.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { readFailure } from "../read-failure.ts";
import { chatPath, navigate } from "../routes.ts";
import { Button } from "../ui/button.ts";
import { Dialog } from "../ui/dialog.ts";
import { Field } from "../ui/field.ts";
import { Icon } from "../ui/icon.ts";
import { Alert } from "../ui/notice.ts";
import { Switch } from "../ui/switch.ts";
import { TextArea } from "../ui/text-area.ts";

export interface NewChannelProps {
  conversations: Conversations;
  onClose: () => void;
}

/** Who can read it is said before the button that makes it. */
export function NewChannel({ conversations, onClose }: NewChannelProps) {
  const title = useSignal("");
  const handle = useSignal("");
  const description = useSignal("");
  const comments = useSignal(true);
  const busy = useSignal(false);
  const failure = useSignal<string | undefined>(undefined);
  const missing = useSignal(false);
  const create = async () => {
    missing.value = title.value.trim() === "";
    if (missing.value || busy.value) return;
    busy.value = true;
    failure.value = undefined;
    try {
      const id = await conversations.doChannel({
        kind: "create_channel",
        handle: handle.value.trim().replace(/^@/, "").toLowerCase(),
        title: title.value.trim(),
        description: description.value.trim(),
        comments: comments.value,
      });
      onClose();
      navigate(chatPath(id));
    } catch (error) {
      failure.value = readFailure(error);
    } finally {
      busy.value = false;
    }
  };
  return html`<${Dialog} title=${say("channel.new")} onClose=${onClose}>
    <form
      class="new-form"
      novalidate
      onSubmit=${(event: Event) => {
        event.preventDefault();
        void create();
      }}
    >
      <${Field} name="channel-title" label=${say("channel.title")} value=${title} autocomplete="off" most=${NAME_LIMIT} focused
        error=${missing.value ? say("channel.title_missing") : undefined} />
      <${Field} name="channel-handle" label=${say("channel.handle")} value=${handle} autocomplete="off" most=${32} latin hint=${say("channel.handle_hint")} />
      <${TextArea} label=${say("channel.description")} value=${description} most=${DESCRIPTION_LIMIT} />
      <${Switch} on=${comments.value} label=${say("channel.comments")} text=${say("channel.comments_text")} onChange=${(
        on: boolean,
      ) => {
        comments.value = on;
      }} />
      <${OpenToAll} />
      ${failure.value !== undefined && html`<${Alert} text=${sayFailure(failure.value)} />`}
      <${Button} label=${busy.value ? say("channel.creating") : say("channel.create")} kind="main" wide submits busy=${busy.value} />
    </form>
  <//>`;
}

export function OpenToAll() {
  return html`<div class="open-to-all">
    <${Icon} of=${Eye} />
    <div>
      <strong>${say("channel.open_to_all")}</strong>
      <p>${say("channel.open_to_all_text")}</p>
    </div>
  </div>`;
}
