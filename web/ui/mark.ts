import { html } from "htm/preact";

/** An eight-point star whose lower point at the start is drawn out into a speech tail. */
export const MARK_PATH =
  "M16.6 0.8 20.6 5.4 26.6 5.0 26.2 11.0 30.8 15.0 26.2 19.0 26.6 25.0 20.6 24.6 16.6 29.2 12.6 24.6 3.6 29.4 7.0 19.0 2.4 15.0 7.0 11.0 6.6 5.0 12.6 5.4Z";

export function Mark({ size = 32 }: { size?: number }) {
  return html`<svg class="mark" width=${size} height=${size} viewBox="0 0 32 32" fill="currentColor" aria-hidden="true">
    <path d=${MARK_PATH} />
  </svg>`;
}
