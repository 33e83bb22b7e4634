import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import type { Privacy } from "../delivery/commands.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { Alert } from "../ui/notice.ts";
import { Switch } from "../ui/switch.ts";
import { BlockedPeople } from "./blocked-people.ts";
import type { Settings } from "./model.ts";
import { NotLoaded } from "./not-loaded.ts";

/** What others learn of this person and may do, and who is not heard. */
export function PrivacyPart({ settings }: { settings: Settings }) {
  useEffect(() => {
    settings.loadPrivacy();
  }, []);
  const failure = settings.failure.value;
  return html`<section class="settings-part">
    <h2>${say("settings.privacy")}</h2>
    ${failure?.deed === "choosing" && html`<${Alert} text=${sayFailure(failure.code)} />`}
    <${Switches} settings=${settings} />
    <${BlockedPeople} settings=${settings} />
  </section>`;
}

function Switches({ settings }: { settings: Settings }) {
  const privacy = settings.privacy.value;
  if (settings.privacyFailed.value !== undefined)
    return html`<${NotLoaded} what=${say("settings.privacy_failed")} onAgain=${settings.loadPrivacy} />`;
  if (!privacy) return html`<p class="settings-quiet waiting" role="status">${say("app.opening")}</p>`;
  const chosen = (wish: keyof Privacy) => (on: boolean) => settings.choosePrivacy({ [wish]: on });
  return html`<${Switch}
      on=${privacy.readMarks}
      label=${say("settings.read_marks")}
      text=${say("settings.read_marks_text")}
      onChange=${chosen("readMarks")}
    />
    <${Switch}
      on=${privacy.typing}
      label=${say("settings.typing")}
      text=${say("settings.typing_text")}
      onChange=${chosen("typing")}
    />
    <${Switch}
      on=${privacy.presence}
      label=${say("settings.presence")}
      text=${say("settings.presence_text")}
      onChange=${chosen("presence")}
    />
    <${Switch}
      on=${privacy.strangersWrite}
      label=${say("settings.strangers_write")}
      text=${say("settings.strangers_write_text")}
      onChange=${chosen("strangersWrite")}
    />
    <${Switch}
      on=${privacy.strangersAdd}
      label=${say("settings.strangers_add")}
      text=${say("settings.strangers_add_text")}
      onChange=${chosen("strangersAdd")}
    />
    <${Switch}
      on=${privacy.profileInGroups}
      label=${say("settings.profile_in_groups")}
      text=${say("settings.profile_in_groups_text")}
      onChange=${chosen("profileInGroups")}
    />`;
}
