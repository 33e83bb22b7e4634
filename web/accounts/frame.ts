import { html } from "htm/preact";
import type { ComponentChildren } from "preact";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { LookChoices } from "../settings/look-choices.ts";
import { Button } from "../ui/button.ts";
import { Mark } from "../ui/mark.ts";
import { Notice, Waiting } from "../ui/notice.ts";
import type { Server } from "./server.ts";

interface FrameProps {
  server: Server;
  title: string;
  intro?: string | undefined;
  /** What is awaited while the server has not answered yet. */
  awaiting: string;
  children: ComponentChildren;
}

/** The quiet page around every form before sign-in. */
export function Frame({ server, title, intro, awaiting, children }: FrameProps) {
  return html`<main class="door">
    <a class="door-mark" href="/" aria-label=${say("app.to_start")}><${Mark} size=${40} /></a>
    ${
      server.failure.value !== undefined
        ? html`<${ServerAway} server=${server} />`
        : server.description.value === undefined
          ? html`<${Waiting} text=${awaiting} />`
          : html`<div class="door-body">
            <h1 class="door-title">${title}</h1>
            ${intro && html`<p class="door-intro">${intro}</p>`} ${children}
          </div>`
    }
    <${LookChoices} />
  </main>`;
}

function ServerAway({ server }: { server: Server }) {
  return html`<${Notice} whole title=${sayFailure(server.failure.value ?? "")}>
    <${Button} label=${say("do.try_again")} kind="main" onPress=${server.ask} />
  <//>`;
}
