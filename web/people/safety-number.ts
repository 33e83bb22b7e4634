import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import type { AccountId } from "../../src/protocol/ids.ts";
import type { Conversations } from "../conversations/model.ts";
import type { Safety } from "../delivery/commands.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { readFailure } from "../read-failure.ts";
import { Button } from "../ui/button.ts";
import { Dialog } from "../ui/dialog.ts";
import { Alert, Waiting } from "../ui/notice.ts";
import { QrCode } from "../ui/qr-code.ts";

export interface SafetyNumberProps {
  conversations: Conversations;
  accountId: AccountId;
  name: string;
  onClose: () => void;
}

/** What two people compare to know that nobody stands between them. */
export function SafetyNumber({ conversations, accountId, name, onClose }: SafetyNumberProps) {
  const safety = useSignal<Safety | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  const busy = useSignal(false);
  const attempt = async (work: () => Promise<unknown>) => {
    if (busy.value) return;
    busy.value = true;
    failure.value = undefined;
    try {
      await work();
      safety.value = await conversations.readSafety(accountId);
    } catch (error) {
      failure.value = readFailure(error);
    } finally {
      busy.value = false;
    }
  };
  useEffect(() => void attempt(async () => undefined), []);
  const now = safety.value;
  const mark = (digits: string | undefined) => () => attempt(() => conversations.verify(accountId, digits));
  return html`<${Dialog} title=${say("safety.with", { name })} onClose=${onClose}>
    ${!now && failure.value === undefined && html`<${Waiting} text=${say("app.opening")} />`}
    ${now && html`<${Digits} digits=${now.digits} />`}
    <p>${say("safety.text", { name })}</p>
    <p>${say("safety.stays", { name })}</p>
    ${failure.value !== undefined && html`<${Alert} text=${sayFailure(failure.value)} />`}
    <p role="status">${now?.isVerified && say("safety.is_verified", { name })}</p>
    <div class="dialog-do">
      <${Button} label=${say("do.close")} onPress=${onClose} />
      ${
        now &&
        html`<${Button}
          label=${say(now.isVerified ? "safety.unverify" : "safety.verify")}
          kind=${now.isVerified ? "plain" : "main"}
          busy=${busy.value}
          onPress=${mark(now.isVerified ? undefined : now.digits)}
        />`
      }
    </div>
  <//>`;
}

/** In the same signs in every language, so that they can be compared. */
function Digits({ digits }: { digits: string }) {
  const fives = digits.match(/\d{5}/g) ?? [];
  return html`<div class="safety">
    <div class="safety-digits" dir="ltr" role="group" aria-label=${say("safety.digits")}>
      ${fives.map((five) => html`<span>${five}</span> `)}
    </div>
    <${QrCode} text=${digits} label=${say("safety.qr")} />
  </div>`;
}
