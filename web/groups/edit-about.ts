import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { DESCRIPTION_LIMIT, NAME_LIMIT } from "../../src/protocol/content.ts";
import { say } from "../languages/language.ts";
import { Button } from "../ui/button.ts";
import { Dialog } from "../ui/dialog.ts";
import { Field } from "../ui/field.ts";
import { TextArea } from "../ui/text-area.ts";

interface Props {
  name: string;
  description: string;
  onKeep: (name: string, description: string) => void;
  onClose: () => void;
}

export function EditAbout(props: Props) {
  const name = useSignal(props.name);
  const description = useSignal(props.description);
  const missing = useSignal(false);
  return html`<${Dialog} title=${say("group.edit")} onClose=${props.onClose}>
    <form
      class="new-form"
      novalidate
      onSubmit=${(event: Event) => {
        event.preventDefault();
        missing.value = name.value.trim() === "";
        if (!missing.value) props.onKeep(name.value.trim(), description.value.trim());
      }}
    >
      <${Field}
        name="group-name"
        label=${say("group.name")}
        value=${name}
        autocomplete="off"
        most=${NAME_LIMIT}
        focused
        error=${missing.value ? say("group.name_missing") : undefined}
      />
      <${TextArea} label=${say("group.description")} value=${description} most=${DESCRIPTION_LIMIT} />
      <p class="details-quiet">${say("group.about_text")}</p>
      <div class="dialog-do">
        <${Button} label=${say("do.cancel")} onPress=${props.onClose} />
        <${Button} label=${say("do.keep")} kind="main" submits />
      </div>
    </form>
  <//>`;
}
