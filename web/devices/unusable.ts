import { html } from "htm/preact";
import type { DeviceState } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";
import { Button } from "../ui/button.ts";
import { Mark } from "../ui/mark.ts";
import { Notice } from "../ui/notice.ts";

export interface UnusableProps {
  reason: Extract<DeviceState, { kind: "unusable" }>["reason"];
}

const WORDS = {
  insecure_context: ["unusable.insecure", "unusable.insecure_text"],
  no_storage: ["unusable.no_storage", "unusable.no_storage_text"],
  storage_failed: ["unusable.storage_failed", "unusable.storage_failed_text"],
  storage_full: ["unusable.storage_full", "unusable.storage_full_text"],
} as const;

export function Unusable({ reason }: UnusableProps) {
  const [title, text] = WORDS[reason];
  return html`<main class="page">
    <div class="page-mark"><${Mark} size=${40} /></div>
    <${Notice} whole title=${say(title)} text=${say(text)}>
      <${Button} label=${say("do.try_again")} kind="main" onPress=${() => location.reload()} />
    <//>
  </main>`;
}
