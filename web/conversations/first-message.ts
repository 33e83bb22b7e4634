import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { ArrowLeft } from "lucide";
import { useEffect } from "preact/hooks";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { readFailure } from "../read-failure.ts";
import { CHAT, chatPath, goBack, navigate } from "../routes.ts";
import { Avatar } from "../ui/avatar.ts";
import { Button, IconButton } from "../ui/button.ts";
import { Alert, Waiting } from "../ui/notice.ts";
import { ComposerBox } from "./composer.ts";
import type { Conversations } from "./model.ts";

interface Props {
  conversations: Conversations;
  to: string;
  /** Of whoever made the link that led here. */
  fingerprint: string | undefined;
}

/** Writing to somebody for the first time: the conversation begins, for both, with the message that is sent. */
export function FirstMessage({ conversations, to, fingerprint }: Props) {
  const composer = conversations.firstComposerOf(to);
  const busy = composer.sending.value;
  const known = conversations.findDirect(to);
  const meeting = useMeeting(conversations, to, fingerprint);
  useEffect(() => {
    if (known === undefined || busy || meeting.state.value !== "met") return;
    composer.moveTo(conversations.composerOf(known));
    navigate(chatPath(known), { replace: true });
  }, [known, busy, meeting.state.value]);
  return html`<section class="conversation" aria-label=${say("chat.region", { name: to })}>
    <header class="bar">
      <${IconButton} icon=${ArrowLeft} mirrored class="only-phone" label=${say("do.back")} onPress=${() => goBack(CHAT)} />
      <div class="head-person">
        <${Avatar} name=${to} size="small" />
        <h1 class="bar-title"><bdi>${to}</bdi></h1>
      </div>
    </header>
    <div class="timeline-frame">
      <div class="timeline">
        <div class="beginning">
          <${Avatar} name=${to} size="large" />
          <h2 class="beginning-name" dir="auto">${to}</h2>
          ${
            meeting.state.value === "met" &&
            html`<p>${say("chat.first", { name: to })}</p>
            ${fingerprint && html`<p>${say("contact.met", { name: to })}</p>`}`
          }
        </div>
      </div>
    </div>
    ${
      meeting.state.value === "met"
        ? html`<${ComposerBox}
          composer=${composer}
          conversation=${{ state: busy ? "founding" : "ready" }}
          name=${to}
          failure=${undefined}
          onSent=${() => undefined}
        />`
        : html`<div class="meeting">
          ${
            meeting.state.value === "meeting"
              ? html`<${Waiting} text=${say("contact.meeting", { name: to })} />`
              : html`<${Alert} text=${sayFailure(meeting.state.value)} />
                <${Button} label=${say("do.try_again")} onPress=${meeting.again} />`
          }
        </div>`
    }
  </section>`;
}

/** "meeting", "met" or why not. Before it is sure that this is who made the link nothing can be written. */
function useMeeting(conversations: Conversations, to: string, fingerprint: string | undefined) {
  const state = useSignal(fingerprint === undefined ? "met" : "meeting");
  const again = async () => {
    if (fingerprint === undefined) return;
    state.value = "meeting";
    try {
      await conversations.meetByLink(to, fingerprint);
      state.value = "met";
    } catch (error) {
      state.value = readFailure(error);
    }
  };
  useEffect(() => {
    void again();
  }, [to, fingerprint]);
  return { state, again };
}
