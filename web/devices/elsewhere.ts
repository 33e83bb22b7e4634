import { useModel } from "@preact/signals";
import { html } from "htm/preact";
import type { Conversations } from "../conversations/model.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import type { Means } from "../means.ts";
import { Settings } from "../settings/model.ts";
import { Button } from "../ui/button.ts";
import { Mark } from "../ui/mark.ts";
import { Alert } from "../ui/notice.ts";
import { LinkHere } from "./link-here.ts";
import { RecoverHere } from "./recover-here.ts";

interface Props {
  conversations: Conversations;
  means: Means;
}

/** A browser whose account has its keys elsewhere, and the two ways to get them here. */
export function Elsewhere({ conversations, means }: Props) {
  const settings = useModel(() => new Settings(means, conversations));
  const leaving = settings.busy.value === "signing_out";
  return html`<main class="keyless">
    <div class="keyless-body">
      <div class="page-mark"><${Mark} size=${40} /></div>
      <h1 class="notice-title">${say("elsewhere.title")}</h1>
      <p>${say("elsewhere.text")}</p>
      <${LinkHere} conversations=${conversations} />
      <${RecoverHere} conversations=${conversations} />
      <div class="settings-part">
        <${Button}
          label=${leaving ? say("settings.signing_out") : say("elsewhere.sign_out")}
          kind="quiet"
          busy=${leaving}
          onPress=${settings.signOut}
        />
        ${settings.failure.value !== undefined && html`<${Alert} text=${sayFailure(settings.failure.value.code)} />`}
      </div>
    </div>
  </main>`;
}
