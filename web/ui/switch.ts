import { html } from "htm/preact";

interface SwitchProps {
  on: boolean;
  label: string;
  text?: string;
  onChange: (on: boolean) => void;
}

/** Something that is so or not, and what that brings about. */
export function Switch({ on, label, text, onChange }: SwitchProps) {
  return html`<label class="setting">
    <input
      type="checkbox"
      checked=${on}
      onChange=${(event: Event) => {
        if (event.currentTarget instanceof HTMLInputElement) onChange(event.currentTarget.checked);
      }}
    />
    <span>${label}${text !== undefined && html`<span class="setting-note">${text}</span>`}</span>
  </label>`;
}
