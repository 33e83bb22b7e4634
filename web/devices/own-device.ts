import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import type { Conversations } from "../conversations/model.ts";
import type { OwnDeviceView } from "../delivery/devices/commands.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { sayDay, sayExactly, sayMoment } from "../languages/say-time.ts";
import { readFailure } from "../read-failure.ts";
import { Button } from "../ui/button.ts";
import { Dialog } from "../ui/dialog.ts";
import { Field } from "../ui/field.ts";
import { Alert } from "../ui/notice.ts";

const NAME = 80;

interface Props {
  device: OwnDeviceView;
  conversations: Conversations;
  onChanged: () => Promise<void>;
}

/** One of the account's devices: what it is called, since when and when last, and how it goes. */
export function OwnDevice({ device, conversations, onChanged }: Props) {
  const asking = useSignal<"name" | "removal" | undefined>(undefined);
  const close = () => {
    asking.value = undefined;
  };
  const ask = (what: "name" | "removal") => () => {
    asking.value = what;
  };
  const dialog = { device, conversations, onChanged, onClose: close };
  return html`<li class="own-device">
    <div class="own-device-words">
      <bdi class="own-device-name">${device.name}</bdi>
      ${device.isThis && html`<span class="own-device-this">${say("devices.this")}</span>`}
      <span class="settings-quiet" title=${sayExactly(device.lastSeenAt)}>${sayWhen(device)}</span>
      ${!device.isSigned && html`<${Alert} text=${say("devices.unsigned")} />`}
    </div>
    <div class="own-device-do">
      <${Button} label=${say("devices.rename")} kind="quiet" onPress=${ask("name")} />
      ${!device.isThis && html`<${Button} label=${say("devices.remove")} kind="quiet" onPress=${ask("removal")} />`}
    </div>
    ${asking.value === "name" && html`<${Rename} ...${dialog} />`}
    ${asking.value === "removal" && html`<${Remove} ...${dialog} />`}
  </li>`;
}

function sayWhen({ createdAt, lastSeenAt, isThis }: OwnDeviceView): string {
  const now = Date.now();
  const since = sayDay(createdAt, now);
  if (isThis) return say("devices.when_active", { since });
  return say("devices.when", { since, seen: sayMoment(lastSeenAt, now) });
}

type DialogProps = Props & { onClose: () => void };

function Rename({ device, conversations, onChanged, onClose }: DialogProps) {
  const name = useSignal(device.name);
  const { busy, failure, attempt } = useDeed(async () => {
    const chosen = name.value.trim();
    if (chosen === "") return;
    await conversations.doDevice({ kind: "rename_device", deviceId: device.deviceId, name: chosen });
    await onChanged();
    onClose();
  });
  return html`<${Dialog} title=${say("devices.rename_title")} onClose=${onClose}>
    <form
      class="words-form"
      novalidate
      onSubmit=${(event: Event) => {
        event.preventDefault();
        void attempt();
      }}
    >
      <${Field} name="device-name" label=${say("devices.name")} value=${name} autocomplete="off" most=${NAME} focused hint=${say("devices.name_hint")} error=${failure} />
      <div class="dialog-do">
        <${Button} label=${say("do.cancel")} onPress=${onClose} />
        <${Button} label=${say("do.keep")} kind="main" submits busy=${busy} />
      </div>
    </form>
  <//>`;
}

function Remove({ device, conversations, onChanged, onClose }: DialogProps) {
  const { busy, failure, attempt } = useDeed(async () => {
    await conversations.doDevice({ kind: "revoke_device", deviceId: device.deviceId });
    await onChanged();
    onClose();
  });
  return html`<${Dialog} title=${say("devices.remove_title", { name: device.name })} onClose=${onClose}>
    <p>${say("devices.remove_text")}</p>
    ${failure !== undefined && html`<${Alert} text=${failure} />`}
    <div class="dialog-do">
      <${Button} label=${say("do.cancel")} onPress=${onClose} />
      <${Button} label=${say(busy ? "devices.removing" : "devices.remove_do")} kind="danger" busy=${busy} onPress=${attempt} />
    </div>
  <//>`;
}

/** One thing that is done once at a time, and why it was not. */
function useDeed(work: () => Promise<void>) {
  const busy = useSignal(false);
  const failure = useSignal<string | undefined>(undefined);
  const attempt = async () => {
    if (busy.value) return;
    busy.value = true;
    failure.value = undefined;
    try {
      await work();
    } catch (error) {
      failure.value = sayFailure(readFailure(error));
    } finally {
      busy.value = false;
    }
  };
  return { busy: busy.value, failure: failure.value, attempt };
}
