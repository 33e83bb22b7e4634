import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import type { ConversationView } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { readFailure } from "../read-failure.ts";
import { CHAT, navigate } from "../routes.ts";
import { Button } from "../ui/button.ts";
import { Alert } from "../ui/notice.ts";
import { AskBlock } from "./block.ts";
import type { Conversations } from "./model.ts";

export interface RequestProps {
  conversations: Conversations;
  conversation: ConversationView;
  name: string;
}

/** In place of the composer: somebody new asks, or is blocked. */
export function Request({ conversations, conversation, name }: RequestProps) {
  const failure = useSignal<string | undefined>(undefined);
  const asking = useSignal(false);
  const { peer, standing } = conversation;
  if (!peer) return null;
  const stand = async (answer: "accepted" | "declined" | "blocked") => {
    failure.value = undefined;
    try {
      await conversations.standTo(peer.accountId, answer);
      if (answer !== "accepted") navigate(CHAT, { replace: true });
    } catch (error) {
      failure.value = readFailure(error);
    }
  };
  const isBlocked = standing === "blocked";
  return html`<footer class="composer composer-said">
    <strong>${say(isBlocked ? "request.blocked" : "request.title", { name })}</strong>
    <p>${say(isBlocked ? "request.blocked_text" : "request.text")}</p>
    ${failure.value !== undefined && html`<${Alert} text=${sayFailure(failure.value)} />`}
    <div class="composer-do">
      ${
        isBlocked
          ? html`<${Button} label=${say("request.unblock")} kind="main" onPress=${() => stand("accepted")} />`
          : html`<${Button} label=${say("request.accept")} kind="main" onPress=${() => stand("accepted")} />
            <${Button} label=${say("request.decline")} onPress=${() => stand("declined")} />
            <${Button}
              label=${say("request.block")}
              
              onPress=${() => {
                asking.value = true;
              }}
            />`
      }
    </div>
    ${
      asking.value &&
      html`<${AskBlock}
      name=${name}
      onBlock=${() => stand("blocked")}
      onClose=${() => {
        asking.value = false;
      }}
    />`
    }
  </footer>`;
}
