import { useModel } from "@preact/signals";
import { html } from "htm/preact";
import type { Conversations } from "../conversations/model.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import type { Means } from "../means.ts";
import { Settings } from "../settings/model.ts";
import { Button } from "../ui/button.ts";
import { Mark } from "../ui/mark.ts";
import { Alert, Notice } from "../ui/notice.ts";

interface Props {
  conversations: Conversations;
  means: Means;
}

export function Elsewhere({ conversations, means }: Props) {
  const settings = useModel(() => new Settings(means, conversations));
  const leaving = settings.busy.value === "signing_out";
  return html`<main class="page">
    <div class="page-mark"><${Mark} size=${40} /></div>
    <${Notice} whole
      title=${say("elsewhere.title")}
      text=${html`<span class="page-lines"><span>${say("elsewhere.text")}</span><span>${say("elsewhere.do")}</span></span>`}
    >
      <${Button} label=${say("elsewhere.again")} kind="main" onPress=${() => location.reload()} />
      <${Button}
        label=${leaving ? say("settings.signing_out") : say("elsewhere.sign_out")}
        busy=${leaving}
        onPress=${settings.signOut}
      />
      ${settings.failure.value !== undefined && html`<${Alert} text=${sayFailure(settings.failure.value.code)} />`}
    <//>
  </main>`;
}
