import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import {
  COMMENT_LIMIT,
  type ProvenMessage,
  type ReportCard,
  type ReportState,
  reportState,
} from "../../src/protocol/reports.ts";
import { saySize } from "../attachments/say-size.ts";
import { say } from "../languages/language.ts";
import { sayExactly, writeTime } from "../languages/say-time.ts";
import { Button } from "../ui/button.ts";
import { Segments } from "../ui/segments.ts";
import { TextArea } from "../ui/text-area.ts";
import type { Reports } from "./reports-model.ts";

interface Props {
  report: ReportCard;
  model: Reports;
}

export function Report({ report, model }: Props) {
  const { reportId, reason, createdAt, state } = report;
  const shown = model.shown.value;
  const open = shown?.id === reportId;
  return html`<li class="report">
    <button class="report-head" type="button" aria-expanded=${open ? "true" : "false"} onClick=${() => model.show(reportId)}>
      <span class="report-title">${say("reports.about", { reporter: nameOf(report.reporter), reported: nameOf(report.reported) })}</span>
      <span class="settings-quiet">${[say(`report.${reason}`), sayExactly(createdAt), say(`reports.${state}`)].join(" · ")}</span>
    </button>
    ${
      open &&
      html`<div class="report-body">
        <${Evidence} evidence=${shown.evidence} of=${nameOf(report.reported)} />
        ${
          report.comment !== "" &&
          html`<h2>${say("reports.comment", { name: nameOf(report.reporter) })}</h2>
          <p class="report-words" dir="auto">${report.comment}</p>`
        }
        <${Decide} report=${report} model=${model} />
      </div>`
    }
  </li>`;
}

function nameOf({ username }: ReportCard["reporter"]): string {
  return username ?? say("reports.gone");
}

function Evidence({ evidence, of }: { evidence: readonly ProvenMessage[] | undefined; of: string }) {
  if (!evidence) return html`<p class="settings-quiet waiting" role="status">${say("app.opening")}</p>`;
  if (evidence.length === 0) return html`<p>${say("reports.evidence_none")}</p>`;
  return html`<h2>${say("reports.evidence", { name: of })}</h2>
    <p class="settings-quiet">${say("reports.evidence_text", { name: of })}</p>
    <ol class="report-evidence">
      ${evidence.map((message) => html`<li key=${message.messageId}><${Said} message=${message} /></li>`)}
    </ol>`;
}

function Said({ message: { kind, text, options, files, sentAt } }: { message: ProvenMessage }) {
  return html`${kind === "edit" && html`<span class="settings-quiet">${say("reports.changed_to")}</span>`}
    ${kind === "other" && html`<span class="settings-quiet">${say("message.not_understood")}</span>`}
    ${text !== "" && html`<bdi class="report-words" dir="auto">${text}</bdi>`}
    ${options.length > 0 && html`<ul class="report-options">${options.map((option) => html`<li key=${option}><bdi dir="auto">${option}</bdi></li>`)}</ul>`}
    ${files.map(({ name, size }, index) => html`<span key=${index} class="report-words">${[name, saySize(size)].join(" · ")}</span>`)}
    <time class="settings-quiet" datetime=${writeTime(sentAt)}>${sayExactly(sentAt)}</time>`;
}

function Decide({ report, model }: Props) {
  const state = useSignal<ReportState>(report.state);
  const note = useSignal(report.note);
  return html`<form
    class="report-decide"
    onSubmit=${(event: Event) => {
      event.preventDefault();
      model.decide(report.reportId, state.value, note.value.trim());
    }}
  >
    <${Segments}
      legend=${say("reports.state")}
      name=${report.reportId}
      options=${reportState.options.map((value) => ({ value, label: say(`reports.${value}`) }))}
      chosen=${state.value}
      onChoose=${(chosen: ReportState) => {
        state.value = chosen;
      }}
    />
    <${TextArea} label=${say("reports.note")} value=${note} most=${COMMENT_LIMIT} />
    ${report.decidedBy && html`<p class="settings-quiet">${say("reports.decided", { name: nameOf(report.decidedBy) })}</p>`}
    <div class="report-keep">
      <${Button} label=${say("reports.keep")} kind="main" submits />
      <span role="status">${model.kept.value === report.reportId ? say("reports.kept") : ""}</span>
    </div>
  </form>`;
}
