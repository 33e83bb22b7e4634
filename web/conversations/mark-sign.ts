import { html } from "htm/preact";
import { Check, CheckCheck, CircleAlert, Clock3 } from "lucide";
import type { Mark } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";
import { Icon } from "../ui/icon.ts";

const SIGNS = {
  waiting: Clock3,
  sent: Check,
  delivered: CheckCheck,
  read: CheckCheck,
  failed: CircleAlert,
} as const;
const SIZES = { waiting: 12, sent: 15, delivered: 15, read: 15, failed: 15 } as const;

export function MarkSign({ mark }: { mark: Mark }) {
  const label = say(`message.${mark}`);
  return html`<span class=${`sign sign-${mark}`} role="img" aria-label=${label} title=${label}>
    <${Icon} of=${SIGNS[mark]} size=${SIZES[mark]} />
  </span>`;
}
