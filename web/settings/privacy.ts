import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { Alert } from "../ui/notice.ts";
import { Switch } from "../ui/switch.ts";
import { BlockedPeople } from "./blocked-people.ts";
import type { Settings } from "./model.ts";

/** What others learn of this person and may do, and who is not heard. */
export function PrivacyPart({ settings }: { settings: Settings }) {
  useEffect(() => {
    settings.loadPrivacy();
  }, []);
  const privacy = settings.privacy.value;
  const failure = settings.failure.value;
  return html`<section class="settings-part">
    <h2>${say("settings.privacy")}</h2>
    ${failure?.deed === "choosing" && html`<${Alert} text=${sayFailure(failure.code)} />`}
    ${
      privacy &&
      html`<${Switch}
        on=${privacy.readMarks}
        label=${say("settings.read_marks")}
        text=${say("settings.read_marks_text")}
        onChange=${(readMarks: boolean) => settings.choosePrivacy({ ...privacy, readMarks })}
      />
      <${Switch}
        on=${privacy.typing}
        label=${say("settings.typing")}
        text=${say("settings.typing_text")}
        onChange=${(typing: boolean) => settings.choosePrivacy({ ...privacy, typing })}
      />
      <${Switch}
        on=${privacy.presence}
        label=${say("settings.presence")}
        text=${say("settings.presence_text")}
        onChange=${(presence: boolean) => settings.choosePrivacy({ ...privacy, presence })}
      />
      <${Switch}
        on=${privacy.strangersWrite}
        label=${say("settings.strangers_write")}
        text=${say("settings.strangers_write_text")}
        onChange=${(strangersWrite: boolean) => settings.choosePrivacy({ ...privacy, strangersWrite })}
      />
      <${Switch}
        on=${privacy.strangersAdd}
        label=${say("settings.strangers_add")}
        text=${say("settings.strangers_add_text")}
        onChange=${(strangersAdd: boolean) => settings.choosePrivacy({ ...privacy, strangersAdd })}
      />
      <${Switch}
        on=${privacy.profileInGroups}
        label=${say("settings.profile_in_groups")}
        text=${say("settings.profile_in_groups_text")}
        onChange=${(profileInGroups: boolean) => settings.choosePrivacy({ ...privacy, profileInGroups })}
      />`
    }
    <${BlockedPeople} settings=${settings} />
  </section>`;
}
