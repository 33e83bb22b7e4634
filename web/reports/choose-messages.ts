import type { Signal } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";
import type { MessageId } from "../../src/protocol/ids.ts";
import type { Reportable } from "../delivery/reports/commands.ts";
import { say } from "../languages/language.ts";
import { sayExactly } from "../languages/say-time.ts";

interface Props {
  /** Undefined while they are looked for. */
  all: readonly Reportable[] | undefined;
  chosen: Signal<ReadonlySet<MessageId>>;
  name: string;
}

export function ChooseMessages({ all, chosen, name }: Props) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // The chosen one is in sight from the first, or else the newest.
    const chosenOne = list.current?.querySelector(":checked")?.closest("label");
    (chosenOne ?? list.current?.lastElementChild)?.scrollIntoView({ block: "nearest" });
  }, [all]);
  if (!all) return html`<p class="settings-quiet waiting" role="status">${say("app.opening")}</p>`;
  if (all.length === 0) return html`<p class="settings-quiet">${say("report.no_messages", { name })}</p>`;
  const choose = (id: MessageId, on: boolean) => {
    const others = [...chosen.value].filter((one) => one !== id);
    chosen.value = new Set(on ? [...others, id] : others);
  };
  return html`<fieldset class="report-messages">
    <legend>${say("report.messages")}</legend>
    <div ref=${list} class="report-list" tabindex="0" role="group" aria-label=${say("report.messages")}>
      ${all.map(
        (message) => html`<${Choice}
          key=${message.id}
          message=${message}
          on=${chosen.value.has(message.id)}
          onChoose=${(on: boolean) => choose(message.id, on)}
        />`,
      )}
    </div>
  </fieldset>`;
}

function Choice(props: { message: Reportable; on: boolean; onChoose: (on: boolean) => void }) {
  const { message, on, onChoose } = props;
  const { text, files, sentAt, provable } = message;
  const more = [
    ...(files > 0 ? [say("report.files", { count: files })] : []),
    ...(provable ? [] : [say("report.unprovable")]),
  ];
  return html`<label class="setting">
    <input
      type="checkbox"
      checked=${on}
      disabled=${!provable}
      onChange=${(event: Event) => {
        if (event.currentTarget instanceof HTMLInputElement) onChoose(event.currentTarget.checked);
      }}
    />
    <span class="report-message">
      ${text !== "" && html`<bdi class="report-words" dir="auto">${text}</bdi>`}
      <span class="setting-note">${[sayExactly(sentAt), ...more].join(" · ")}</span>
    </span>
  </label>`;
}
