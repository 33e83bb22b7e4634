import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import type { ConversationView, Standing } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { readFailure } from "../read-failure.ts";
import { LaterReport } from "../reports/later-report.ts";
import { Button } from "../ui/button.ts";
import { Field } from "../ui/field.ts";
import { Alert } from "../ui/notice.ts";
import { AskBlock } from "./block.ts";
import type { Conversations } from "./model.ts";

interface Props {
  conversations: Conversations;
  conversation: ConversationView;
  name: string;
}

/** What is this person's own affair about another: what they are called here, and whether they are heard. */
export function Knowing({ conversations, conversation, name }: Props) {
  const nickname = useSignal(conversation.peer?.nickname ?? "");
  const said = useSignal<"kept" | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  const asking = useSignal(false);
  const reporting = useSignal(false);
  const { peer, standing } = conversation;
  if (!peer) return null;
  const attempt = async (work: () => Promise<unknown>) => {
    failure.value = undefined;
    try {
      await work();
    } catch (error) {
      failure.value = readFailure(error);
    }
  };
  const stand = (answer: Exclude<Standing, "asking">) =>
    attempt(() => conversations.standTo(peer.accountId, answer));
  return html`<form
      class="details-part details-form"
      novalidate
      onSubmit=${(event: Event) => {
        event.preventDefault();
        void attempt(async () => {
          await conversations.nickname(peer.accountId, nickname.value.trim().slice(0, 64));
          said.value = "kept";
        });
      }}
    >
      <${Field}
        name="nickname"
        label=${say("details.nickname")}
        value=${nickname}
        autocomplete="off"
        hint=${said.value ? say("details.nickname_kept") : say("details.nickname_hint")}
      />
      <${Button} label=${say("do.keep")} submits />
    </form>
    <section class="details-part">
      ${failure.value !== undefined && html`<${Alert} text=${sayFailure(failure.value)} />`}
      ${
        standing === "blocked"
          ? html`<${Button} label=${say("request.unblock")} wide onPress=${() => stand("accepted")} />`
          : html`<${Button}
            label=${say("details.block", { name })}
            
            wide
            onPress=${() => {
              asking.value = true;
            }}
          />`
      }
      <${Button}
        label=${say("details.report", { name })}
        wide
        onPress=${() => {
          reporting.value = true;
        }}
      />
    </section>
    ${
      reporting.value &&
      html`<${LaterReport}
      conversations=${conversations}
      conversation=${conversation}
      accountId=${peer.accountId}
      onClose=${() => {
        reporting.value = false;
      }}
    />`
    }
    ${
      asking.value &&
      html`<${AskBlock}
      name=${name}
      onBlock=${() => {
        asking.value = false;
        void stand("blocked");
      }}
      onClose=${() => {
        asking.value = false;
      }}
    />`
    }`;
}
