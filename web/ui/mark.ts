import { html } from "htm/preact";

/** Two squares make the eight-point star; the lowest point is drawn out into a speech tail. */
export const MARK_PATH =
  "M16 1.6 20.2 5.9H26.2V11.9L30.4 16.1 26.2 20.3V26.3H17.6L9.4 31.2 10.6 26.3H5.8V20.3L1.6 16.1 5.8 11.9V5.9H11.8Z";

export function Mark({ size = 32 }: { size?: number }) {
  return html`<svg class="mark" width=${size} height=${size} viewBox="0 0 32 32" fill="currentColor" aria-hidden="true">
    <path d=${MARK_PATH} />
  </svg>`;
}
