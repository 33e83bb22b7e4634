import { html } from "htm/preact";
import { BadgeCheck } from "lucide";
import { learnWords, say } from "../languages/language.ts";
import { Icon } from "../ui/icon.ts";

export async function openVerifiedSign() {
  await learnWords("safety");
  return VerifiedSign;
}

function VerifiedSign() {
  const label = say("safety.verified");
  return html`<span class="sign verified" role="img" aria-label=${label} title=${label}><${Icon} of=${BadgeCheck} size=${16} /></span>`;
}
