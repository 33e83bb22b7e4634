import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import type { Conversations } from "../conversations/model.ts";
import type { DeviceCode } from "../delivery/devices/link-here.ts";
import type { DeviceState } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { sayClock } from "../languages/say-time.ts";
import { readFailure } from "../read-failure.ts";
import { linkDevicePath } from "../routes.ts";
import { Button } from "../ui/button.ts";
import { Alert } from "../ui/notice.ts";
import { QrCode } from "../ui/qr-code.ts";

/** A code on the screen, for a device of the account to be told. */
export function LinkHere({ conversations }: { conversations: Conversations }) {
  const device = conversations.device.value;
  const asked = useSignal<DeviceState | undefined>(undefined);
  const failed = useSignal<string | undefined>(undefined);
  const { link, failure } = device.kind === "elsewhere" ? device : {};
  const why = failed.value ?? failure;
  const busy = asked.value === device;
  const attempt = async (kind: "link_here" | "cancel_link") => {
    failed.value = undefined;
    asked.value = kind === "link_here" ? device : undefined;
    try {
      await conversations.doDevice({ kind });
    } catch (error) {
      failed.value = readFailure(error);
      asked.value = undefined;
    }
  };
  return html`<section class="settings-part">
    <h2>${say("elsewhere.link_title")}</h2>
    <p class="settings-quiet">${say("elsewhere.link_text")}</p>
    ${why !== undefined && !busy && html`<${Alert} text=${sayWhy(why)} />`}
    ${
      link
        ? html`<${Code} ...${link} onCancel=${() => attempt("cancel_link")} />`
        : html`<${Button}
            label=${say(busy ? "elsewhere.making" : "elsewhere.link")}
            kind="main"
            busy=${busy}
            onPress=${() => attempt("link_here")}
          />`
    }
  </section>`;
}

function Code({ code, expiresAt, onCancel }: DeviceCode & { onCancel: () => void }) {
  return html`<div class="invite-new">
    <${QrCode} text=${location.origin + linkDevicePath(code)} label=${say("elsewhere.qr")} />
    <div class="invite-words">
      <p>${say("elsewhere.do")}</p>
      <output class="device-code" dir="ltr" aria-label=${say("elsewhere.code")}>
        ${code.split("-").map((four) => html`<span>${four}</span> `)}
      </output>
      <p class="settings-quiet">${say("elsewhere.until", { time: sayClock(expiresAt) })}</p>
      <${Button} label=${say("do.cancel")} onPress=${onCancel} />
    </div>
  </div>`;
}

/** Here nobody used it: what the server does not know any more has expired. */
function sayWhy(failure: string): string {
  return failure === "device_link.not_found" ? say("elsewhere.expired") : sayFailure(failure);
}
