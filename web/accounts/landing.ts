import { html } from "htm/preact";
import { withoutTurns } from "../languages/isolate.ts";
import { say } from "../languages/language.ts";
import { CHAT } from "../routes.ts";
import { LookChoices } from "../settings/look-choices.ts";
import { Mark } from "../ui/mark.ts";
import { useTitle } from "../ui/title.ts";
import { nameOfServer } from "./name-of-server.ts";
import type { Server } from "./server.ts";

/** Says what it can before the server has answered: nothing here waits. */
export function Landing({ server }: { server: Server }) {
  const about = server.description.value;
  const name = withoutTurns(nameOfServer(about?.name));
  useTitle(name);
  return html`<main class="landing">
    <section class="landing-first">
      <${Mark} size=${72} />
      <h1 class="landing-name written">${name}</h1>
      <p class="landing-line">${say("landing.line")}</p>
      <${Doors} server=${server} />
      <a class="landing-how" href="#how">${say("landing.how")}</a>
    </section>
    <section class="landing-points" id="how" aria-label=${say("landing.how")}>
      <${Point} title=${say("how.read_title")} text=${say("how.read_text")} />
      <${Point} title=${say("how.server_title")} text=${say("how.server_text", { server: name })} />
      <${Point} title=${say("how.honest_title")} text=${say("how.honest_text")} />
    </section>
    <${LookChoices} />
  </main>`;
}

function Doors({ server }: { server: Server }) {
  const about = server.description.value;
  if (about && !about.setUp) return html`<p class="landing-new">${say("landing.needs_setup")}</p>`;
  if (server.me.value)
    return html`<div class="landing-doors">
      <a class="button button-main" href=${CHAT}>${say("landing.open")}</a>
    </div>`;
  return html`<div class="landing-doors">
    <a class="button button-main" href="/auth/sign-in">${say("landing.sign_in")}</a>
    ${
      about?.registration !== "closed" &&
      html`<a class="button button-plain" href="/auth/register">${say("landing.create")}</a>`
    }
  </div>`;
}

function Point({ title, text }: { title: string; text: string }) {
  return html`<div class="landing-point">
    <h2>${title}</h2>
    <p>${text}</p>
  </div>`;
}
