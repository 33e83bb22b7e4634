import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { Check, Copy } from "lucide";
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { say } from "../languages/language.ts";
import { Button } from "../ui/button.ts";
import { Alert } from "../ui/notice.ts";
import { QrCode } from "../ui/qr-code.ts";

interface Props {
  link: string;
  /** What the code is, to those who do not see it. */
  qr: string;
  children: ComponentChildren;
}

/** A link to hand on: as a code to scan, to be read, and to be copied. */
export function LinkCard({ link, qr, children }: Props) {
  const copied = useSignal<"no" | "yes" | "denied">("no");
  const address = useRef<HTMLOutputElement>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(link);
      copied.value = "yes";
    } catch {
      copied.value = "denied";
      if (address.current) getSelection()?.selectAllChildren(address.current);
    }
  };
  return html`<div class="invite-new">
    <${QrCode} text=${link} label=${qr} />
    <div class="invite-words">
      ${children}
      <output ref=${address} class="invite-link" dir="ltr">${link}</output>
      <${Button}
        label=${copied.value === "yes" ? say("do.copied") : say("do.copy")}
        icon=${copied.value === "yes" ? Check : Copy}
        onPress=${copy}
      />
      <span class="visually-hidden" role="status">${copied.value === "yes" && say("link.copied")}</span>
      ${copied.value === "denied" && html`<${Alert} text=${say("link.copy_denied")} />`}
    </div>
  </div>`;
}
