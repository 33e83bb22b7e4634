import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import type { Conversations } from "../conversations/model.ts";
import type { FoundChannel } from "../delivery/channels/commands.ts";
import { withoutTurns } from "../languages/isolate.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { readFailure } from "../read-failure.ts";
import { chatPath, navigate } from "../routes.ts";
import { Avatar } from "../ui/avatar.ts";
import { Button } from "../ui/button.ts";
import { Alert } from "../ui/notice.ts";
import { OpenToAll } from "./new-channel.ts";

export interface FoundChannelProps {
  conversations: Conversations;
  found: FoundChannel;
  onClose: () => void;
}

/** What stands behind a name, before one joins. */
export function FoundChannelCard({ conversations, found, onClose }: FoundChannelProps) {
  const busy = useSignal(false);
  const failure = useSignal<string | undefined>(undefined);
  const title = withoutTurns(found.title);
  const join = async () => {
    busy.value = true;
    try {
      const { handle, conversationId } = found;
      const id = conversationId ?? (await conversations.doChannel({ kind: "join_channel", handle }));
      onClose();
      navigate(chatPath(id));
    } catch (error) {
      failure.value = readFailure(error);
    } finally {
      busy.value = false;
    }
  };
  const deed = found.conversationId ? say("channel.open") : say("channel.join");
  return html`<section class="found-channel" aria-label=${say("channel.found")}>
    <${Avatar} name=${title} size="large" />
    <h3 class="beginning-name" dir="auto">${title}</h3>
    <p class="details-quiet"><bdi dir="ltr">${found.handle}</bdi> · ${say("channel.by", { name: found.owner })} · ${say("channel.subscribers", { count: found.subscribers })}</p>
    ${found.description && html`<p dir="auto">${withoutTurns(found.description)}</p>`}
    <${OpenToAll} />
    ${failure.value !== undefined && html`<${Alert} text=${sayFailure(failure.value)} />`}
    <${Button} label=${busy.value ? say("channel.joining") : deed} kind="main" wide busy=${busy.value} onPress=${join} />
  </section>`;
}
