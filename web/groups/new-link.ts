import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { say } from "../languages/language.ts";
import { Button } from "../ui/button.ts";
import { Dialog } from "../ui/dialog.ts";
import { Segments } from "../ui/segments.ts";
import { Switch } from "../ui/switch.ts";

const DAY = 24 * 60 * 60 * 1000;

interface Props {
  /** Nobody is asked at the door of a channel. */
  channel: boolean;
  onCreate: (wish: { expiresIn: number; uses: number; approval: boolean }) => void;
  onClose: () => void;
}

/** How long, for how many, and whether somebody is asked first. */
export function NewLink({ channel, onCreate, onClose }: Props) {
  const expiresIn = useSignal(`${7 * DAY}`);
  const uses = useSignal("0");
  const approval = useSignal(false);
  return html`<${Dialog} title=${say("links.create")} onClose=${onClose}>
    <div class="new-form">
      <${Segments}
        legend=${say("links.lasts")}
        name="link-lasts"
        options=${[
          { value: `${DAY}`, label: say("links.day") },
          { value: `${7 * DAY}`, label: say("links.week") },
          { value: "0", label: say("links.always") },
        ]}
        chosen=${expiresIn.value}
        onChoose=${(value: string) => {
          expiresIn.value = value;
        }}
      />
      <${Segments}
        legend=${say("links.uses")}
        name="link-uses"
        options=${[
          { value: "1", label: say("links.one") },
          { value: "10", label: say("links.ten") },
          { value: "0", label: say("links.any") },
        ]}
        chosen=${uses.value}
        onChoose=${(value: string) => {
          uses.value = value;
        }}
      />
      ${
        !channel &&
        html`<${Switch}
        on=${approval.value}
        label=${say("links.approval")}
        text=${say("links.approval_text")}
        onChange=${(on: boolean) => {
          approval.value = on;
        }}
      />`
      }
      <p class="links-note">${say("links.counted")}</p>
      <div class="dialog-do">
        <${Button} label=${say("do.cancel")} onPress=${onClose} />
        <${Button}
          label=${say("links.create")}
          kind="main"
          onPress=${() =>
            onCreate({
              expiresIn: Number(expiresIn.value),
              uses: Number(uses.value),
              approval: approval.value,
            })}
        />
      </div>
    </div>
  <//>`;
}
