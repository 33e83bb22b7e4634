import type { Signal } from "@preact/signals";
import { html } from "htm/preact";

interface Props {
  label: string;
  value: Signal<string>;
  /** Characters. */
  most: number;
}

/** Several lines of what a person writes about something. */
export function TextArea({ label, value, most }: Props) {
  return html`<label class="field">
    <span class="field-label">${label}</span>
    <textarea
      class="text-area"
      rows="3"
      maxlength=${most}
      dir="auto"
      value=${value.value}
      onInput=${(event: Event) => {
        if (event.currentTarget instanceof HTMLTextAreaElement) value.value = event.currentTarget.value;
      }}
    ></textarea>
  </label>`;
}
