import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { role } from "../../src/protocol/accounts.ts";
import { BIO_LIMIT, PROFILE_NAME_LIMIT } from "../../src/protocol/profiles.ts";
import type { SignedIn } from "../conversations/model.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { faceOf } from "../people/faces.ts";
import { Avatar } from "../ui/avatar.ts";
import { Button } from "../ui/button.ts";
import { Dialog } from "../ui/dialog.ts";
import { Field } from "../ui/field.ts";
import { Alert } from "../ui/notice.ts";
import { TextArea } from "../ui/text-area.ts";
import type { Settings } from "./model.ts";
import { PictureField, useCutting } from "./picture-field.ts";

/** Who one is to others: the name and picture one chose, and the username that stays. */
export function ProfilePart({ settings, me }: { settings: Settings; me: SignedIn }) {
  const editing = useSignal(false);
  const known = role.options.find((option) => option === me.role);
  const face = faceOf(me.accountId);
  return html`<div class="settings-me">
    <${Avatar} name=${me.username} of=${me.accountId} size="large" />
    <div>
      <p class="settings-name"><bdi>${face?.name || me.username}</bdi></p>
      <p class="settings-quiet">
        ${face?.name ? html`<bdi dir="ltr">${me.username}</bdi>` : ""}${face?.name && known ? " · " : ""}${known ? say(`role.${known}`) : ""}
      </p>
      <${Button}
        label=${say("profile.edit")}
        onPress=${() => {
          editing.value = true;
        }}
      />
    </div>
    ${
      editing.value &&
      html`<${EditProfile}
      settings=${settings}
      me=${me}
      onClose=${() => {
        editing.value = false;
      }}
    />`
    }
  </div>`;
}

interface EditProps {
  settings: Settings;
  me: SignedIn;
  onClose: () => void;
}

function EditProfile({ settings, me, onClose }: EditProps) {
  const face = faceOf(me.accountId);
  const name = useSignal(face?.name ?? "");
  const bio = useSignal(face?.bio ?? "");
  const cutting = useCutting();
  const saving = settings.busy.value === "profile";
  const failure = settings.failure.value;
  const save = async () => {
    const saved = await settings.saveProfile(async () => ({
      name: name.value.trim(),
      bio: bio.value.trim(),
      ...(await cutting.result()),
    }));
    if (saved) onClose();
  };
  return html`<${Dialog} title=${say("profile.edit")} onClose=${onClose}>
    <form
      class="profile"
      onSubmit=${(event: SubmitEvent) => {
        event.preventDefault();
        void save();
      }}
    >
      <${PictureField} name=${me.username} of=${me.accountId} cutting=${cutting} />
      <${Field} name="profile-name" label=${say("profile.name")} value=${name} autocomplete="name" most=${PROFILE_NAME_LIMIT} hint=${say("profile.name_hint", { username: me.username })} />
      <${TextArea} label=${say("profile.bio")} value=${bio} most=${BIO_LIMIT} />
      <p class="settings-quiet">${say("profile.who_sees")}</p>
      ${failure?.deed === "profile" && html`<${Alert} text=${sayFailure(failure.code)} />`}
      <div class="dialog-do">
        <${Button} label=${say("do.cancel")} onPress=${onClose} />
        <${Button} label=${saving ? say("profile.saving") : say("do.keep")} kind="main" submits busy=${saving} />
      </div>
    </form>
  <//>`;
}
