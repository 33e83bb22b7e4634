import { html } from "htm/preact";
import type { Recovery } from "../delivery/devices/commands.ts";
import { say } from "../languages/language.ts";
import { sayDay } from "../languages/say-time.ts";

const MONTH = 30 * 86_400_000;

/** Whether the words are written down, and when they were last known to open what they should. */
export function RecoveryState({ recovery }: { recovery: Recovery }) {
  const { hasWords, confirmedAt, provenAt } = recovery;
  const now = Date.now();
  if (hasWords && confirmedAt === undefined)
    return html`<p class="invites-local">${say("recovery.unsaved")}</p>`;
  return html`<div class="settings-quiet">
      ${confirmedAt !== undefined && html`<p>${say("recovery.saved", { date: sayDay(confirmedAt, now) })}</p>`}
      <p>${provenAt === undefined ? say("recovery.unchecked") : say("recovery.checked", { date: sayDay(provenAt, now) })}</p>
    </div>
    ${provenAt !== undefined && now - provenAt > MONTH && html`<p class="invites-local">${say("recovery.old")}</p>`}`;
}
