import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import type { ConversationId } from "../../src/protocol/ids.ts";
import type { StrangerView } from "../delivery/commands.ts";
import { withoutTurns } from "../languages/isolate.ts";
import { say, sayList } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { readFailure } from "../read-failure.ts";
import { Button } from "../ui/button.ts";
import { Dialog } from "../ui/dialog.ts";
import { Alert, Waiting } from "../ui/notice.ts";
import type { Conversations } from "./model.ts";
import { nameOfPerson } from "./name-of.ts";

interface Props {
  conversations: Conversations;
  conversationId: ConversationId;
  onClose: () => void;
}

/** What another identity can mean, and to take it for theirs all the same: only the one that was shown. */
export function AskIdentity({ conversations, conversationId, onClose }: Props) {
  const shown = useSignal<readonly StrangerView[] | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  const busy = useSignal(false);
  const attempt = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      failure.value = readFailure(error);
    }
    busy.value = false;
  };
  useEffect(() => {
    void attempt(async () => {
      shown.value = await conversations.readStrangers(conversationId);
    });
  }, []);
  const accept = (strangers: readonly StrangerView[]) => {
    busy.value = true;
    void attempt(async () => {
      const fingerprints = strangers.map(({ fingerprint }) => fingerprint);
      await conversations.acceptIdentity(conversationId, fingerprints);
      onClose();
    });
  };
  const found = shown.value;
  return html`<${Dialog} title=${say("identity.title")} onClose=${onClose}>
    ${!found && failure.value === undefined && html`<${Waiting} text=${say("identity.looking")} />`}
    ${found?.length === 0 && html`<p>${say("identity.nobody")}</p>`}
    ${found && found.length > 0 && html`<${Meaning} strangers=${found} />`}
    ${failure.value !== undefined && html`<${Alert} text=${sayFailure(failure.value)} />`}
    <div class="dialog-do">
      <${Button} label=${say("do.cancel")} onPress=${onClose} />
      ${
        found &&
        found.length > 0 &&
        html`<${Button} label=${say("identity.accept")} kind="danger" busy=${busy.value} onPress=${() => accept(found)} />`
      }
    </div>
  <//>`;
}

function Meaning({ strangers }: { strangers: readonly StrangerView[] }) {
  const names = strangers.map(({ accountId, username }) => withoutTurns(nameOfPerson(accountId, username)));
  return html`<p>${say("identity.text", { people: sayList(names) })}</p>
    <p>${say("identity.compare")}</p>`;
}
