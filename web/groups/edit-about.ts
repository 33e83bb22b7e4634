import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { DESCRIPTION_LIMIT, NAME_LIMIT } from "../../src/protocol/content.ts";
import type { ConversationId } from "../../src/protocol/ids.ts";
import type { AboutGroup } from "../delivery/groups/commands.ts";
import { say } from "../languages/language.ts";
import type { Cutting } from "../settings/picture-field.ts";
import { Button } from "../ui/button.ts";
import { Dialog } from "../ui/dialog.ts";
import { Field } from "../ui/field.ts";
import { later } from "../ui/later.ts";
import { TextArea } from "../ui/text-area.ts";
import type { GroupPictureProps } from "./group-picture.ts";

const GroupPicture = later<GroupPictureProps>(
  async () => (await import("./group-picture.ts")).GroupPicture,
  "settings",
);

interface Props {
  name: string;
  description: string;
  /** Of something else than a group. */
  words?: { title: string; name: string; description: string; missing: string; text: string };
  /** Of a group: what its picture stands under. */
  of?: ConversationId;
  onKeep: (about: AboutGroup) => void;
  onClose: () => void;
}

export function EditAbout(props: Props) {
  const name = useSignal(props.name);
  const description = useSignal(props.description);
  const missing = useSignal(false);
  const cutting = useSignal<Cutting | undefined>(undefined);
  const words = props.words ?? {
    title: say("group.edit"),
    name: say("group.name"),
    description: say("group.description"),
    missing: say("group.name_missing"),
    text: say("group.about_text"),
  };
  const keep = async () =>
    props.onKeep({
      name: name.value.trim(),
      description: description.value.trim(),
      ...(await cutting.value?.result()),
    });
  return html`<${Dialog} title=${words.title} onClose=${props.onClose}>
    <form
      class="new-form"
      novalidate
      onSubmit=${(event: Event) => {
        event.preventDefault();
        missing.value = name.value.trim() === "";
        if (!missing.value) void keep();
      }}
    >
      ${
        props.of &&
        html`<${GroupPicture}
        name=${name.value}
        of=${props.of}
        onCutting=${(given: Cutting) => {
          cutting.value = given;
        }}
      />`
      }
      <${Field}
        name="group-name"
        label=${words.name}
        value=${name}
        autocomplete="off"
        most=${NAME_LIMIT}
        focused
        error=${missing.value ? words.missing : undefined}
      />
      <${TextArea} label=${words.description} value=${description} most=${DESCRIPTION_LIMIT} />
      <p class="details-quiet">${words.text}</p>
      <div class="dialog-do">
        <${Button} label=${say("do.cancel")} onPress=${props.onClose} />
        <${Button} label=${say("do.keep")} kind="main" submits />
      </div>
    </form>
  <//>`;
}
