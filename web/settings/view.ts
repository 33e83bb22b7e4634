import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { ArrowLeft, LogOut } from "lucide";
import type { ComponentChildren } from "preact";
import { mayInvite } from "../conversations/may-invite.ts";
import type { SignedIn } from "../conversations/model.ts";
import { chooseLanguage, languageChoice, say } from "../languages/language.ts";
import { CHAT, goBack } from "../routes.ts";
import { Button, IconButton } from "../ui/button.ts";
import { Dialog } from "../ui/dialog.ts";
import { Alert } from "../ui/notice.ts";
import { Switch } from "../ui/switch.ts";
import { ContactLink } from "./contact-link.ts";
import { chooseEnter, enterSends } from "./enter-key.ts";
import { Invites } from "./invites.ts";
import { LANGUAGE_CHOICES, sayLanguage } from "./look-choices.ts";
import type { Settings } from "./model.ts";
import { PrivacyPart } from "./privacy.ts";
import { ProfilePart } from "./profile.ts";
import { chooseTheme, THEMES, theme } from "./theme.ts";

export function SettingsPane({ settings, me }: { settings: Settings; me: SignedIn | undefined }) {
  return html`<div class="settings">
    <header class="bar">
      <${IconButton}
        icon=${ArrowLeft}
        mirrored
        class="only-phone"
        label=${say("do.back")}
        onPress=${() => goBack(CHAT)}
      />
      <h1 class="bar-title">${say("settings.title")}</h1>
    </header>
    <div class="settings-scroll" tabindex="0" role="region" aria-label=${say("settings.title")}>
      <div class="settings-body">
        ${me && html`<${ProfilePart} settings=${settings} me=${me} />`}
        ${me && html`<${ContactLink} settings=${settings} me=${me} />`}
        ${me && mayInvite(me.role) && html`<${Invites} settings=${settings} me=${me} />`}
        <${Appearance} />
        <${Writing} />
        <${PrivacyPart} settings=${settings} />
        <${Part} title=${say("settings.device")}><p>${say("settings.device_ready")}</p><//>
        <${Part} title=${say("settings.about")}>
          <p>${say("settings.notice")}</p>
          <p class="settings-quiet">${say("settings.version", { version: settings.build.value })}</p>
        <//>
        <${SignOut} settings=${settings} />
      </div>
    </div>
  </div>`;
}

export function Part({ title, children }: { title: string; children: ComponentChildren }) {
  return html`<section class="settings-part"><h2>${title}</h2>${children}</section>`;
}

function Appearance() {
  return html`<${Part} title=${say("settings.appearance")}>
    <${Choices}
      legend=${say("settings.theme")}
      name="theme"
      options=${THEMES.map((option) => ({ value: option, label: say(`settings.theme_${option}`) }))}
      chosen=${theme.value}
      onChoose=${chooseTheme}
    />
    <${Choices}
      legend=${say("settings.language")}
      name="language"
      options=${LANGUAGE_CHOICES.map((option) => ({ value: option, label: sayLanguage(option) }))}
      chosen=${languageChoice.value}
      onChoose=${chooseLanguage}
    />
  <//>`;
}

function Writing() {
  return html`<${Part} title=${say("settings.writing")}>
    <${Switch}
      on=${enterSends.value}
      label=${say("settings.enter_sends")}
      text=${say(enterSends.value ? "settings.enter_sends_text" : "settings.enter_breaks_text")}
      onChange=${chooseEnter}
    />
  <//>`;
}

interface ChoicesProps {
  legend: string;
  name: string;
  options: readonly { value: string; label: string }[];
  chosen: string;
  onChoose: (value: string) => void;
}

function Choices({ legend, name, options, chosen, onChoose }: ChoicesProps) {
  return html`<fieldset class="segments">
    <legend>${legend}</legend>
    <div class="segments-row">
      ${options.map(
        ({ value, label }) => html`<label class="segment" key=${value}>
          <input
            type="radio"
            name=${name}
            value=${value}
            checked=${value === chosen}
            onChange=${() => onChoose(value)}
          />
          <span>${label}</span>
        </label>`,
      )}
    </div>
  </fieldset>`;
}

function SignOut({ settings }: { settings: Settings }) {
  const asking = useSignal(false);
  const leaving = settings.busy.value === "signing_out";
  const close = () => {
    asking.value = false;
  };
  return html`<div class="settings-part">
    <${Button}
      label=${say("settings.sign_out")}
      icon=${LogOut}
      onPress=${() => {
        asking.value = true;
      }}
    />
    ${
      asking.value &&
      html`<${Dialog} title=${say("settings.sign_out_title")} onClose=${close}>
      <p>${say("settings.sign_out_text")}</p>
      ${settings.failure.value?.deed === "signing_out" && html`<${Alert} text=${say("settings.sign_out_failed")} />`}
      <div class="dialog-do">
        <${Button} label=${say("do.cancel")} onPress=${close} />
        <${Button}
          label=${leaving ? say("settings.signing_out") : say("settings.sign_out")}
          kind="main"
          busy=${leaving}
          onPress=${settings.signOut}
        />
      </div>
    <//>`
    }
  </div>`;
}
