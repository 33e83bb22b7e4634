import { useModel, useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { ArrowLeft, LogOut } from "lucide";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { LaterArchivePart } from "../archive/later-part.ts";
import { mayInvite } from "../conversations/may-invite.ts";
import type { Conversations, SignedIn } from "../conversations/model.ts";
import type { Recovery } from "../delivery/devices/commands.ts";
import type { DevicesPageProps } from "../devices/devices-page.ts";
import type { RecoveryPageProps } from "../devices/recovery-page.ts";
import { RecoveryState } from "../devices/recovery-state.ts";
import { ExportPart } from "../export/export-part.ts";
import { chooseLanguage, languageChoice, say } from "../languages/language.ts";
import type { Means } from "../means.ts";
import { mayModerate } from "../reports/may-moderate.ts";
import type { ReportsPageProps } from "../reports/reports-page.ts";
import { CHAT, goBack, page, RECOVERY, SETTINGS } from "../routes.ts";
import { Button, IconButton } from "../ui/button.ts";
import { Dialog } from "../ui/dialog.ts";
import { later } from "../ui/later.ts";
import { Alert } from "../ui/notice.ts";
import { Segments } from "../ui/segments.ts";
import { Switch } from "../ui/switch.ts";
import { ContactLink } from "./contact-link.ts";
import { chooseEnter, enterSends } from "./enter-key.ts";
import { Invites } from "./invites.ts";
import { LANGUAGE_CHOICES, sayLanguage } from "./look-choices.ts";
import { mayAdminister } from "./may-administer.ts";
import { Settings } from "./model.ts";
import { PrivacyPart } from "./privacy.ts";
import { ProfilePart } from "./profile.ts";
import type { ServerPageProps } from "./server-page.ts";
import { chooseTheme, THEMES, theme } from "./theme.ts";

interface Props {
  means: Means;
  conversations: Conversations;
  me: SignedIn | undefined;
}

/** Behind the settings' address: what moderators read, and what administrators choose for everybody. */
const REPORTS = "?reports";
const SERVER = "?server";
/** Of everybody. */
const DEVICES = "?devices";

const LaterReports = later<ReportsPageProps>(
  async () => (await import("../reports/views.ts")).ReportsPage,
  "reports",
);
const LaterServer = later<ServerPageProps>(
  async () => (await import("./server-page.ts")).ServerPage,
  "settings",
);

const LaterDevices = later<DevicesPageProps>(
  async () => (await import("../devices/devices-page.ts")).DevicesPage,
  "devices",
);

const LaterRecovery = later<RecoveryPageProps>(
  async () => (await import("../devices/recovery-page.ts")).RecoveryPage,
  "devices",
  "settings",
);

export function SettingsPane({ means, conversations, me }: Props) {
  const settings = useModel(() => new Settings(means, conversations));
  if (page.value && location.search === REPORTS && mayModerate(me?.role))
    return html`<${Within} title=${say("settings.reports")}><${LaterReports} call=${means.call} /><//>`;
  if (page.value && location.search === SERVER && mayAdminister(me?.role))
    return html`<${Within} title=${say("settings.server")}><${LaterServer} call=${means.call} /><//>`;
  const code = page.value.kind === "chat" ? page.value.deviceCode : undefined;
  if (code !== undefined || location.search === DEVICES)
    return html`<${Within} title=${say("settings.devices")}><${LaterDevices} key=${code} conversations=${conversations} code=${code} /><//>`;
  if (location.search === RECOVERY)
    return html`<${Within} title=${say("recovery.title")}><${LaterRecovery} conversations=${conversations} /><//>`;
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
        ${
          mayModerate(me?.role) &&
          html`<${Part} title=${say("settings.reports")}>
          <p class="settings-quiet">${say("settings.reports_text")}</p>
          <a class="button button-plain" href=${SETTINGS + REPORTS}>${say("settings.reports_read")}</a>
        <//>`
        }
        ${
          mayAdminister(me?.role) &&
          html`<${Part} title=${say("settings.server")}>
          <p class="settings-quiet">${say("settings.server_text")}</p>
          <a class="button button-plain" href=${SETTINGS + SERVER}>${say("settings.server_change")}</a>
        <//>`
        }
        <${Appearance} />
        <${Writing} />
        <${PrivacyPart} settings=${settings} />
        <${Part} title=${say("settings.devices")}>
          <p class="settings-quiet">${say("settings.devices_text")}</p>
          <a class="button button-plain" href=${SETTINGS + DEVICES}>${say("settings.devices_open")}</a>
        <//>
        <${RecoveryPart} conversations=${conversations} />
        <${Part} title=${say("settings.archive")}>
          <${LaterArchivePart} conversations=${conversations} />
        <//>
        <${Part} title=${say("export.title")}>
          <p class="settings-quiet">${say("export.settings_text")}</p>
          <${ExportPart} conversations=${conversations} />
        <//>
        <${Part} title=${say("settings.about")}>
          <p>${say("settings.notice")}</p>
          <p class="settings-quiet">${say("settings.version", { version: settings.build.value })}</p>
        <//>
        <${SignOut} settings=${settings} />
      </div>
    </div>
  </div>`;
}

/** A page of the settings that leads back to them. */
function Within({ title, children }: { title: string; children: ComponentChildren }) {
  return html`<div class="settings">
    <header class="bar">
      <${IconButton} icon=${ArrowLeft} mirrored label=${say("do.back")} onPress=${() => goBack(SETTINGS)} />
      <h1 class="bar-title">${title}</h1>
    </header>
    <div class="settings-scroll" tabindex="0" role="region" aria-label=${title}>${children}</div>
  </div>`;
}

export function Part({ title, children }: { title: string; children: ComponentChildren }) {
  return html`<section class="settings-part"><h2>${title}</h2>${children}</section>`;
}

/** Only a link, until how it stands is known. */
function RecoveryPart({ conversations }: { conversations: Conversations }) {
  const recovery = useSignal<Recovery | undefined>(undefined);
  useEffect(() => {
    conversations.doDevice({ kind: "read_recovery" }).then(
      (read) => {
        recovery.value = read;
      },
      () => undefined,
    );
  }, []);
  return html`<${Part} title=${say("recovery.title")}>
    ${recovery.value && html`<${RecoveryState} recovery=${recovery.value} />`}
    <a class="button button-plain" href=${SETTINGS + RECOVERY}>${say("recovery.open")}</a>
  <//>`;
}

function Appearance() {
  return html`<${Part} title=${say("settings.appearance")}>
    <${Segments}
      legend=${say("settings.theme")}
      name="theme"
      options=${THEMES.map((option) => ({ value: option, label: say(`settings.theme_${option}`) }))}
      chosen=${theme.value}
      onChoose=${chooseTheme}
    />
    <${Segments}
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
