import { html } from "htm/preact";
import { ArrowLeft } from "lucide";
import { useEffect } from "preact/hooks";
import { say } from "../languages/language.ts";
import { CHAT, chatPath, goBack, navigate } from "../routes.ts";
import { Avatar } from "../ui/avatar.ts";
import { IconButton } from "../ui/button.ts";
import { ComposerBox } from "./composer.ts";
import type { Conversations } from "./model.ts";

/** Writing to somebody for the first time: the conversation begins, for both, with the message that is sent. */
export function FirstMessage({ conversations, to }: { conversations: Conversations; to: string }) {
  const composer = conversations.firstComposerOf(to);
  const busy = composer.sending.value;
  const known = conversations.findDirect(to);
  useEffect(() => {
    if (known === undefined || busy) return;
    composer.moveTo(conversations.composerOf(known));
    navigate(chatPath(known), { replace: true });
  }, [known, busy]);
  return html`<section class="conversation" aria-label=${say("chat.region", { name: to })}>
    <header class="bar">
      <${IconButton} icon=${ArrowLeft} mirrored class="only-phone" label=${say("do.back")} onPress=${() => goBack(CHAT)} />
      <div class="head-person">
        <${Avatar} name=${to} size="small" />
        <h1 class="bar-title" dir="auto">${to}</h1>
      </div>
    </header>
    <div class="timeline-frame">
      <div class="timeline">
        <div class="beginning">
          <${Avatar} name=${to} size="large" />
          <h2 class="beginning-name" dir="auto">${to}</h2>
          <p>${say("chat.first", { name: to })}</p>
        </div>
      </div>
    </div>
    <${ComposerBox}
      composer=${composer}
      conversation=${{ state: busy ? "founding" : "ready" }}
      name=${to}
      failure=${undefined}
      onSent=${() => undefined}
    />
  </section>`;
}
