import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import type { Conversations } from "../conversations/model.ts";
import type { Recovery } from "../delivery/devices/commands.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { readFailure } from "../read-failure.ts";
import { NotLoaded } from "../settings/not-loaded.ts";
import { Button } from "../ui/button.ts";
import { Alert, Waiting } from "../ui/notice.ts";
import { RecoveryState } from "./recovery-state.ts";
import { SaveWords } from "./save-words.ts";
import { WordsForm } from "./words-form.ts";

export interface RecoveryPageProps {
  conversations: Conversations;
}

/** The 24 words: shown until they are written down, and checked from then on. */
export function RecoveryPage({ conversations }: RecoveryPageProps) {
  const recovery = useSignal<Recovery | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  const said = useSignal<"confirmed" | "proven" | undefined>(undefined);
  const load = async () => {
    try {
      recovery.value = await conversations.doDevice({ kind: "read_recovery" });
      failure.value = undefined;
    } catch (error) {
      failure.value = readFailure(error);
    }
  };
  useEffect(() => {
    void load();
  }, []);
  const done = async (what: "confirmed" | "proven") => {
    await load();
    said.value = what;
  };
  const now = recovery.value;
  const isUnsaved = now?.hasWords && now.confirmedAt === undefined;
  return html`<div class="settings-body">
    <section class="settings-part">
      <p>${say("recovery.text")}</p>
      ${
        failure.value !== undefined &&
        html`<${NotLoaded} what=${`${say("recovery.failed")} ${sayFailure(failure.value)}`} onAgain=${load} />`
      }
      ${!now && failure.value === undefined && html`<${Waiting} text=${say("app.opening")} />`}
      ${now && html`<${RecoveryState} recovery=${now} />`}
      ${now && !isUnsaved && now.confirmedAt === undefined && html`<p>${say("recovery.linked")}</p>`}
      <div role="status">
        ${said.value === "confirmed" && html`<p>${say("recovery.confirmed")}</p>`}
        ${said.value === "proven" && html`<p>${say("recovery.proven")}</p>`}
      </div>
    </section>
    ${isUnsaved && html`<${Unsaved} conversations=${conversations} onDone=${() => done("confirmed")} />`}
    ${now && !isUnsaved && html`<${Check} conversations=${conversations} onDone=${() => done("proven")} />`}
  </div>`;
}

interface StepProps {
  conversations: Conversations;
  onDone: () => Promise<void>;
}

function Unsaved({ conversations, onDone }: StepProps) {
  const words = useSignal<readonly string[] | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  const show = async () => {
    failure.value = undefined;
    try {
      words.value = (await conversations.doDevice({ kind: "show_words" })).split(" ");
    } catch (error) {
      failure.value = readFailure(error);
    }
  };
  if (words.value)
    return html`<${SaveWords}
      words=${words.value}
      name=${conversations.me.value?.username ?? ""}
      onSaved=${async () => {
        await conversations.doDevice({ kind: "confirm_words" });
        await onDone();
      }}
    />`;
  return html`<section class="settings-part">
    <p class="settings-quiet">${say("recovery.look_away")}</p>
    ${failure.value !== undefined && html`<${Alert} text=${sayFailure(failure.value)} />`}
    <${Button} label=${say("recovery.show")} kind="main" onPress=${show} />
  </section>`;
}

function Check({ conversations, onDone }: StepProps) {
  const open = useSignal(false);
  const close = () => {
    open.value = false;
  };
  const prove = async (words: string) => {
    await conversations.doDevice({ kind: "prove_words", words });
    await onDone();
    close();
  };
  return html`<section class="settings-part">
    <h2>${say("recovery.check")}</h2>
    <p class="settings-quiet">${say("recovery.check_text")}</p>
    ${
      open.value
        ? html`<${WordsForm} submit=${say("recovery.check")} working=${say("recovery.checking")} onWords=${prove} onCancel=${close} />`
        : html`<${Button}
            label=${say("recovery.check_mine")}
            onPress=${() => {
              open.value = true;
            }}
          />`
    }
  </section>`;
}
