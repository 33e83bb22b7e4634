import { html } from "htm/preact";

interface ExplainedChoicesProps<Value extends string> {
  legend: string;
  name: string;
  options: readonly { readonly value: Value; readonly label: string; readonly text: string }[];
  chosen: Value;
  onChoose: (value: Value) => void;
}

/** One of a few, each with what it brings about. */
export function ExplainedChoices<Value extends string>({
  legend,
  name,
  options,
  chosen,
  onChoose,
}: ExplainedChoicesProps<Value>) {
  return html`<fieldset class="explained-choices">
    <legend>${legend}</legend>
    ${options.map(
      ({ value, label, text }) => html`<label class="setting" key=${value}>
        <input type="radio" name=${name} checked=${value === chosen} onChange=${() => onChoose(value)} />
        <span>${label}<span class="setting-note">${text}</span></span>
      </label>`,
    )}
  </fieldset>`;
}
