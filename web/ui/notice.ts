import { html } from "htm/preact";
import { CircleAlert } from "lucide";
import type { ComponentChildren } from "preact";
import { Icon } from "./icon.ts";

interface NoticeProps {
  title: string;
  /** It is all the page has to say, and its title the page's. */
  whole?: boolean;
  text?: ComponentChildren;
  children?: ComponentChildren;
}

/** What stands in place of a list or page that has nothing to show, and what to do about it. */
export function Notice({ title, whole, text, children }: NoticeProps) {
  return html`<div class="notice notice-fill">
    ${whole ? html`<h1 class="notice-title">${title}</h1>` : html`<h2 class="notice-title">${title}</h2>`}
    ${text && html`<p class="notice-text">${text}</p>`}
    ${children && html`<div class="notice-do">${children}</div>`}
  </div>`;
}

/** Says in words what is awaited, and only once it has taken 200 ms. */
export function Waiting({ text }: { text: string }) {
  return html`<div class="notice notice-fill waiting" role="status">
    <span class="waiting-bar"></span>
    <p>${text}</p>
  </div>`;
}

export function Alert({ text, id }: { text: string; id?: string }) {
  return html`<p class="alert" role="alert" id=${id}><${Icon} of=${CircleAlert} size=${16} /><span>${text}</span></p>`;
}
