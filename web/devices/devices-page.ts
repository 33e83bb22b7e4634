import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import type { Conversations } from "../conversations/model.ts";
import type { OwnDeviceView } from "../delivery/devices/commands.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { readFailure } from "../read-failure.ts";
import { NotLoaded } from "../settings/not-loaded.ts";
import { Waiting } from "../ui/notice.ts";
import { LinkDevice } from "./link-device.ts";
import { OwnDevice } from "./own-device.ts";

export interface DevicesPageProps {
  conversations: Conversations;
  /** Of a new device, whose link led here. */
  code?: string | undefined;
}

/** While a new device is awaited. */
const AGAIN = 2_000;

/** The devices that have the account's keys, and how one more gets them. */
export function DevicesPage({ conversations, code }: DevicesPageProps) {
  const devices = useSignal<readonly OwnDeviceView[] | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  const awaited = useSignal(0);
  const load = async () => {
    try {
      devices.value = await conversations.doDevice({ kind: "list_devices" });
      failure.value = undefined;
    } catch (error) {
      failure.value = readFailure(error);
    }
  };
  const waits = awaited.value > (devices.value?.length ?? 0);
  const online = conversations.connection.value.kind === "online";
  useEffect(() => {
    void load();
    if (!waits) return;
    const again = setInterval(load, AGAIN);
    return () => clearInterval(again);
  }, [waits, online]);
  return html`<div class="settings-body">
    <${LinkDevice}
      conversations=${conversations}
      code=${code}
      onLinked=${() => {
        awaited.value = (devices.value?.length ?? 0) + 1;
      }}
    />
    <section class="settings-part">
      <h2>${say("devices.list")}</h2>
      <p class="settings-quiet">${say("devices.text")}</p>
      ${
        failure.value !== undefined &&
        html`<${NotLoaded} what=${`${say("devices.failed")} ${sayFailure(failure.value)}`} onAgain=${load} />`
      }
      ${!devices.value && failure.value === undefined && html`<${Waiting} text=${say("app.opening")} />`}
      ${
        devices.value &&
        html`<ul class="invites">
          ${devices.value.map(
            (device) =>
              html`<${OwnDevice} key=${device.deviceId} device=${device} conversations=${conversations} onChanged=${load} />`,
          )}
        </ul>`
      }
    </section>
  </div>`;
}
