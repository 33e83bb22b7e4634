import { useModel } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import { registrationMode } from "../../src/protocol/accounts.ts";
import type { ServerSettings } from "../../src/protocol/settings.ts";
import type { Call } from "../delivery/platform/api.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { Button } from "../ui/button.ts";
import { ExplainedChoices } from "../ui/explained-choices.ts";
import { Alert } from "../ui/notice.ts";
import { readKinds, readName, readSize, writeSize } from "./read-setting.ts";
import { ServerChoices } from "./server-model.ts";
import { WrittenSetting } from "./written-setting.ts";

export interface ServerPageProps {
  call: Call;
}

/** What holds for everybody on this server, for its owner and administrators. */
export function ServerPage({ call }: ServerPageProps) {
  const model = useModel(() => new ServerChoices(call));
  useEffect(() => {
    model.load();
  }, []);
  const kept = model.kept.value;
  const unloaded = model.unloaded.value;
  if (kept) return html`<div class="settings-body">${all(model, kept)}</div>`;
  if (unloaded === undefined)
    return html`<p class="settings-body settings-quiet waiting" role="status">${say("server.loading")}</p>`;
  return html`<div class="settings-body">
    <${Alert} text=${`${say("server.unloaded")} ${sayFailure(unloaded)}`} />
    <${Button} label=${say("do.try_again")} onPress=${model.load} />
  </div>`;
}

function all(model: ServerChoices, kept: ServerSettings) {
  const failure = model.failure.value;
  return html`<section class="settings-part">
      <h2>${say("server.people")}</h2>
      <${ExplainedChoices}
        legend=${say("server.registration")}
        name="registration"
        options=${registrationMode.options.map((value) => ({
          value,
          label: say(`server.${value}`),
          text: say(`server.${value}_text`),
        }))}
        chosen=${kept.registration}
        onChoose=${(value: ServerSettings["registration"]) => model.choose("registration", value)}
      />
      ${failure?.name === "registration" && html`<${Alert} text=${sayFailure(failure.code)} />`}
      <${WrittenSetting}
        model=${model}
        name="serverName"
        label=${say("server.name")}
        hint=${say("server.name_hint")}
        wrong=${say("server.name_wrong")}
        shown=${kept.serverName}
        read=${readName}
      />
    </section>
    <section class="settings-part">
      <h2>${say("server.files")}</h2>
      <${WrittenSetting}
        model=${model}
        name="attachmentLargest"
        label=${say("server.largest")}
        hint=${say("server.largest_hint")}
        wrong=${say("server.size_wrong")}
        shown=${writeSize(kept.attachmentLargest)}
        read=${readSize}
        latin
      />
      <${WrittenSetting}
        model=${model}
        name="attachmentQuota"
        label=${say("server.quota")}
        hint=${say("server.quota_hint")}
        wrong=${say("server.size_wrong")}
        shown=${writeSize(kept.attachmentQuota)}
        read=${readSize}
        latin
      />
      <${WrittenSetting}
        model=${model}
        name="attachmentsAllowed"
        label=${say("server.allowed")}
        hint=${say("server.allowed_hint")}
        wrong=${say("server.allowed_wrong")}
        shown=${kept.attachmentsAllowed.join(" ")}
        read=${readKinds}
        latin
      />
    </section>`;
}
