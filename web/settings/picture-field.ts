import { type Signal, useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { useRef } from "preact/hooks";
import type { AccountId, ConversationId } from "../../src/protocol/ids.ts";
import { say } from "../languages/language.ts";
import { faceOf } from "../people/faces.ts";
import { Avatar } from "../ui/avatar.ts";
import { Button } from "../ui/button.ts";
import { Alert } from "../ui/notice.ts";
import { type Crop, WHOLE } from "./crop.ts";
import { CropPicture, cutOut } from "./crop-picture.ts";

export interface Cutting {
  /** kept: the one there is; none: to be taken away; otherwise a new one, being cut. */
  readonly picture: Signal<"kept" | "none" | ImageBitmap>;
  readonly crop: Signal<Crop>;
  /** What it comes to; empty where it stays as it is. */
  readonly result: () => Promise<{ picture?: Uint8Array<ArrayBuffer> | null }>;
}

export function useCutting(): Cutting {
  const picture = useSignal<"kept" | "none" | ImageBitmap>("kept");
  const crop = useSignal<Crop>(WHOLE);
  const result = async () => {
    const chosen = picture.value;
    if (chosen === "kept") return {};
    return { picture: chosen === "none" ? null : await cutOut(chosen, crop.value) };
  };
  return { picture, crop, result };
}

interface Props {
  /** Whose letters stand there without one. */
  name: string;
  of: AccountId | ConversationId;
  cutting: Cutting;
}

/** The picture there is, another one to be cut, or none. */
export function PictureField({ name, of, cutting: { picture, crop } }: Props) {
  const unreadable = useSignal(false);
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
  const hasPicture = chosen === "kept" ? faceOf(of)?.picture !== undefined : chosen !== "none";
  return html`<div class="profile-picture">
      ${
        typeof chosen === "object"
          ? html`<${CropPicture} picture=${chosen} crop=${crop} />`
          : html`<${Avatar} name=${name} of=${chosen === "kept" ? of : undefined} size="large" />`
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
    ${unreadable.value && html`<${Alert} text=${say("profile.unreadable")} />`}`;
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
