import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { Copy, Flag, Pencil, Trash2 } from "lucide";
import type { Composer } from "../conversations/composer-model.ts";
import type { Conversations } from "../conversations/model.ts";
import type { ConversationView, MessageView } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { sayExactly } from "../languages/say-time.ts";
import { readFailure } from "../read-failure.ts";
import { LaterReport } from "../reports/later-report.ts";
import { Button } from "../ui/button.ts";
import { Choice } from "../ui/choice.ts";
import { Dialog } from "../ui/dialog.ts";
import { Alert } from "../ui/notice.ts";

interface Props {
  conversations: Conversations;
  conversation: ConversationView;
  composer: Composer;
  post: MessageView;
  onClose: () => void;
}

/** What one can do with a post. */
export function PostMenu({ conversations, conversation, composer, post, onClose }: Props) {
  const asking = useSignal<"delete" | "report" | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  const { id: conversationId, channel, state } = conversation;
  const attempt = async (work: () => Promise<unknown>) => {
    try {
      await work();
      onClose();
    } catch (error) {
      failure.value = readFailure(error);
    }
  };
  const words = post.body.kind === "text" ? post.body.text : "";
  const mayWrite = channel?.mayWrite === true && state !== "frozen";
  const takeBack = () =>
    attempt(() =>
      conversations.doChannel({ kind: "change_post", conversationId, post: post.id, text: undefined }),
    );
  const alert = failure.value !== undefined && html`<${Alert} text=${sayFailure(failure.value)} />`;
  if (asking.value === "report")
    return html`<${LaterReport}
      conversations=${conversations}
      conversation=${conversation}
      accountId=${post.sender}
      said=${{ kind: "post", text: words, sentAt: post.sentAt }}
      onClose=${onClose}
    />`;
  if (asking.value)
    return html`<${Dialog} title=${say("channel.delete_post")} onClose=${onClose}>
      <p>${say("channel.delete_post_text")}</p>
      ${alert}
      <div class="dialog-do">
        <${Button} label=${say("do.cancel")} onPress=${onClose} />
        <${Button} label=${say("channel.delete_post")} kind="danger" onPress=${takeBack} />
      </div>
    <//>`;
  return html`<${Dialog} title=${say("channel.post_menu")} onClose=${onClose}>
    ${alert}
    <div class="choices">
      <${Choice} icon=${Copy} label=${say("deed.copy")} onPress=${() => attempt(() => navigator.clipboard.writeText(words))} />
      ${
        mayWrite &&
        post.mine &&
        html`<${Choice} icon=${Pencil} label=${say("channel.edit_post")} onPress=${() => {
          onClose();
          composer.edit(post);
        }} />`
      }
      ${
        !post.mine &&
        html`<${Choice} icon=${Flag} label=${say("deed.report")} onPress=${() => {
          asking.value = "report";
        }} />`
      }
      ${
        mayWrite &&
        (post.mine || channel?.isOwner) &&
        html`<${Choice} icon=${Trash2} label=${say("channel.delete_post")} onPress=${() => {
          asking.value = "delete";
        }} />`
      }
    </div>
    <p class="details-quiet">${sayExactly(post.sentAt)}</p>
  <//>`;
}
