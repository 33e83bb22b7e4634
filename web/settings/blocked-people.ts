import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { Button } from "../ui/button.ts";
import { Alert } from "../ui/notice.ts";
import type { Settings } from "./model.ts";
import { NotLoaded } from "./not-loaded.ts";

export function BlockedPeople({ settings }: { settings: Settings }) {
  useEffect(() => {
    settings.loadBlocked();
  }, []);
  const blocked = settings.blocked.value;
  const failure = settings.failure.value;
  if (settings.blockedFailed.value !== undefined)
    return html`<div>
      <h3>${say("settings.blocked")}</h3>
      <${NotLoaded} what=${say("settings.blocked_failed")} onAgain=${settings.loadBlocked} />
    </div>`;
  if (blocked === undefined) return null;
  return html`<div>
    <h3>${say("settings.blocked")}</h3>
    ${failure?.deed === "unblocking" && html`<${Alert} text=${sayFailure(failure.code)} />`}
    <p class="settings-quiet">${say(blocked.length === 0 ? "settings.blocked_none" : "settings.blocked_text")}</p>
    ${
      blocked.length > 0 &&
      html`<ul class="people">
      ${blocked.map(
        ({ accountId, username }) => html`<li class="person" key=${accountId}>
          <bdi class="person-name">${username}</bdi>
          <${Button} label=${say("request.unblock")} onPress=${() => settings.unblock(accountId)} />
        </li>`,
      )}
    </ul>`
    }
  </div>`;
}
