import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { useRef } from "preact/hooks";
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
import { type Crop, WHOLE } from "./crop.ts";
import { CropPicture, cutOut } from "./crop-picture.ts";
import type { Settings } from "./model.ts";

/** Who one is to others: the name and picture one chose, and the username that stays. */
export function ProfilePart({ settings, me }: { settings: Settings; me: SignedIn }) {
  const editing = useSignal(false);
  const known = role.options.find((option) => option === me.role);
  const face = faceOf(me.accountId);
  return html`<div class="settings-me">
    <${Avatar} name=${me.username} of=${me.accountId} size="large" />
    <div>
      <p class="settings-name" dir="auto">${face?.name || me.username}</p>
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
  /** kept: the one there is; none: to be taken away; otherwise a new one, being cut. */
  const picture = useSignal<"kept" | "none" | ImageBitmap>("kept");
  const crop = useSignal<Crop>(WHOLE);
  const unreadable = useSignal(false);
  const saving = settings.busy.value === "profile";
  const failure = settings.failure.value;
  const chosen = picture.value;
  const choose = async (file: File) => {
    unreadable.value = false;
    try {
      picture.value = await createImageBitmap(file);
      crop.value = WHOLE;
    } catch {
      unreadable.value = true;
    }
  };
  const save = async () => {
    const saved = await settings.saveProfile(async () => ({
      name: name.value.trim(),
      bio: bio.value.trim(),
      ...(chosen === "kept" ? {} : { picture: chosen === "none" ? null : await cutOut(chosen, crop.value) }),
    }));
    if (saved) onClose();
  };
  const hasPicture = chosen === "kept" ? face?.picture !== undefined : chosen !== "none";
  return html`<${Dialog} title=${say("profile.edit")} onClose=${onClose}>
    <form
      class="profile"
      onSubmit=${(event: SubmitEvent) => {
        event.preventDefault();
        save();
      }}
    >
      <div class="profile-picture">
        ${
          typeof chosen === "object"
            ? html`<${CropPicture} picture=${chosen} crop=${crop} />`
            : html`<${Avatar} name=${me.username} of=${chosen === "kept" ? me.accountId : undefined} size="large" />`
        }
        <div class="profile-do">
          <${ChoosePicture} label=${say(hasPicture ? "profile.other_picture" : "profile.picture")} onFile=${choose} />
          ${
            hasPicture &&
            html`<${Button}
            label=${say("profile.no_picture")}
            kind="quiet"
            onPress=${() => {
              picture.value = "none";
            }}
          />`
          }
        </div>
      </div>
      ${unreadable.value && html`<${Alert} text=${say("profile.unreadable")} />`}
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

function ChoosePicture({ label, onFile }: { label: string; onFile: (file: File) => void }) {
  const box = useRef<HTMLInputElement>(null);
  return html`<${Button} label=${label} onPress=${() => box.current?.click()} />
    <input
      ref=${box}
      class="visually-hidden"
      type="file"
      accept="image/*"
      tabindex="-1"
      aria-label=${label}
      onChange=${() => {
        const file = box.current?.files?.[0];
        if (file) onFile(file);
        if (box.current) box.current.value = "";
      }}
    />`;
}
