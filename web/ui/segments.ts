import { html } from "htm/preact";

interface SegmentsProps {
  legend: string;
  name: string;
  options: readonly { value: string; label: string }[];
  chosen: string;
  onChoose: (value: string) => void;
}

/** One of a few, all in sight. */
export function Segments({ legend, name, options, chosen, onChoose }: SegmentsProps) {
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
