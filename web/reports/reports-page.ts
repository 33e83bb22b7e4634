import { useModel } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import { type ReportState, reportState } from "../../src/protocol/reports.ts";
import type { Call } from "../delivery/platform/api.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { Button } from "../ui/button.ts";
import { Alert } from "../ui/notice.ts";
import { Segments } from "../ui/segments.ts";
import { Report } from "./report.ts";
import { Reports } from "./reports-model.ts";

export interface ReportsPageProps {
  call: Call;
}

/** What people reported, for those who moderate this server. */
export function ReportsPage({ call }: ReportsPageProps) {
  const model = useModel(() => new Reports(call));
  useEffect(() => {
    model.choose("open");
  }, []);
  const failure = model.failure.value;
  return html`<div class="settings-body">
    <p class="settings-quiet">${say("reports.kept_for")}</p>
    <${Segments}
      legend=${say("reports.state")}
      name="shown"
      options=${reportState.options.map((value) => ({ value, label: say(`reports.${value}`) }))}
      chosen=${model.state.value}
      onChoose=${(chosen: ReportState) => model.choose(chosen)}
    />
    ${failure !== undefined && html`<${Alert} text=${sayFailure(failure)} />`}
    <${List} model=${model} />
  </div>`;
}

function List({ model }: { model: Reports }) {
  const reports = model.reports.value;
  if (!reports) {
    const failed = model.failure.value !== undefined;
    return failed
      ? html`<${Button} label=${say("do.try_again")} onPress=${() => model.choose(model.state.value)} />`
      : html`<p class="settings-quiet waiting" role="status">${say("app.opening")}</p>`;
  }
  if (reports.length === 0) return html`<p class="settings-quiet">${say("reports.empty")}</p>`;
  return html`<ul class="reports">
      ${reports.map((report) => html`<${Report} key=${report.reportId} report=${report} model=${model} />`)}
    </ul>
    ${model.next.value !== null && html`<${Button} label=${say("reports.more")} onPress=${model.more} />`}`;
}
