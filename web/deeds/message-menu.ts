import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { Copy, Flag, Forward, Lock, Pencil, Pin, PinOff, Reply, Trash2 } from "lucide";
import type { Composer } from "../conversations/composer-model.ts";
import type { Conversations } from "../conversations/model.ts";
import { nameOfMember } from "../conversations/name-of.ts";
import type { ConversationView, MessageView } from "../delivery/patches.ts";
import { AskFirst } from "../groups/ask-first.ts";
import { mayClose, mayDeleteOf } from "../groups/may.ts";
import { mayByRights } from "../groups/may-by-rights.ts";
import { membersOf } from "../groups/members-of.ts";
import { say, sayList } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { sayExactly } from "../languages/say-time.ts";
import { readFailure } from "../read-failure.ts";
import { LaterReport } from "../reports/later-report.ts";
import { Button } from "../ui/button.ts";
import { Choice } from "../ui/choice.ts";
import { Dialog } from "../ui/dialog.ts";
import { Alert } from "../ui/notice.ts";
import { ChooseConversation } from "./choose-conversation.ts";
import { ChooseEmoji } from "./choose-emoji.ts";

export interface MenuProps {
  conversations: Conversations;
  conversation: ConversationView;
  composer: Composer;
  message: MessageView;
  onClose: () => void;
}

/** What one can do with a message that stands in its place. */
export function MessageMenu({ conversations, conversation, composer, message, onClose }: MenuProps) {
  const asking = useSignal<"here" | "all" | "forward" | "close" | "report" | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  const { id: messageId, body, mine } = message;
  const attempt = async (work: () => Promise<unknown>) => {
    try {
      await work();
      onClose();
    } catch (error) {
      failure.value = readFailure(error);
    }
  };
  const me = conversations.me.value?.accountId;
  const own = message.reactions?.find(({ accountId }) => accountId === me)?.emoji;
  const open = conversation.state !== "frozen" && !conversation.identityChanged;
  const writes = open && !conversation.group?.silent;
  if (asking.value === "forward")
    return html`<${ChooseConversation}
      conversations=${conversations}
      failure=${failure.value}
      onChoose=${(to: ConversationView) => attempt(() => conversations.forward(messageId, to.id))}
      onClose=${onClose}
    />`;
  if (asking.value === "close")
    return html`<${AskFirst}
      title=${say("deed.close_poll_title")}
      text=${say("deed.close_poll_text")}
      deed=${say("deed.close_poll")}
      onDo=${() => attempt(() => conversations.closePoll(messageId))}
      onClose=${onClose}
    />`;
  if (asking.value === "report")
    return html`<${LaterReport}
      conversations=${conversations}
      conversation=${conversation}
      accountId=${message.sender}
      messageId=${messageId}
      onClose=${onClose}
    />`;
  if (asking.value !== undefined) {
    const forAll = asking.value === "all";
    return html`<${Dialog} title=${say(forAll ? "deed.delete_all_title" : "deed.delete_here_title")} onClose=${onClose}>
      <p>${say(forAll ? "deed.delete_all_text" : "deed.delete_here_text")}</p>
      ${failure.value !== undefined && html`<${Alert} text=${sayFailure(failure.value)} />`}
      <div class="dialog-do">
        <${Button} label=${say("do.cancel")} onPress=${onClose} />
        <${Button}
          label=${say(forAll ? "deed.delete_all" : "deed.delete_here")}
          kind="danger"
          onPress=${() => attempt(() => conversations.deleteMessage(messageId, forAll))}
        />
      </div>
    <//>`;
  }
  const said = body.kind === "text";
  const readers = readersOf(conversation, message);
  return html`<${Dialog} title=${say("deed.menu")} onClose=${onClose}>
    ${failure.value !== undefined && html`<${Alert} text=${sayFailure(failure.value)} />`}
    ${
      said &&
      writes &&
      html`<${ChooseEmoji} own=${own} emojiUsed=${conversations.emojiUsed} onChoose=${(emoji: string | null) => attempt(() => conversations.react(messageId, emoji))} />`
    }
    <div class="choices">
      ${
        said &&
        writes &&
        html`<${Choice} icon=${Reply} label=${say("deed.reply")} onPress=${() => {
          onClose();
          composer.answer(message);
        }} />`
      }
      ${
        said &&
        body.text !== "" &&
        html`<${Choice} icon=${Copy} label=${say("deed.copy")} onPress=${() => attempt(() => navigator.clipboard.writeText(body.text))} />`
      }
      ${
        said &&
        mine &&
        body.text !== "" &&
        !body.poll &&
        writes &&
        html`<${Choice} icon=${Pencil} label=${say("deed.edit")} onPress=${() => {
          onClose();
          composer.edit(message);
        }} />`
      }
      ${
        writes &&
        mayClose(conversation, message) &&
        html`<${Choice} icon=${Lock} label=${say("deed.close_poll")} onPress=${() => {
          asking.value = "close";
        }} />`
      }
      ${
        said &&
        html`<${Choice} icon=${Forward} label=${say("deed.forward")} onPress=${() => {
          asking.value = "forward";
        }} />`
      }
      ${
        said &&
        open &&
        mayByRights(conversation, "pin") &&
        html`<${Choice}
          icon=${message.pinned ? PinOff : Pin}
          label=${say(message.pinned ? "deed.unpin" : "deed.pin")}
          onPress=${() => attempt(() => conversations.pin(messageId, !message.pinned))}
        />`
      }
      ${
        said &&
        !mine &&
        html`<${Choice} icon=${Flag} label=${say("deed.report")} onPress=${() => {
          asking.value = "report";
        }} />`
      }
      <${Choice} icon=${Trash2} label=${say("deed.delete_here")} onPress=${() => {
        asking.value = "here";
      }} />
      ${
        said &&
        open &&
        (mine || mayDeleteOf(conversation, message.sender)) &&
        html`<${Choice} icon=${Trash2} label=${say("deed.delete_all")} onPress=${() => {
          asking.value = "all";
        }} />`
      }
    </div>
    ${readers.length > 0 && html`<p class="settings-quiet" dir="auto">${say("deed.read_by", { names: sayList(readers) })}</p>`}
    ${message.hasty && html`<p class="settings-quiet">${say("deed.hasty")}</p>`}
    ${message.earlier && html`<${Earlier} earlier=${message.earlier} />`}
  <//>`;
}

/** Of one's own message in a group: whoever has told that they have read it. */
function readersOf(conversation: ConversationView, { mine, sequence }: MessageView): string[] {
  if (!mine || sequence === undefined) return [];
  const others = membersOf(conversation).filter(({ accountId }) => accountId !== conversation.group?.me);
  return others
    .filter(({ read = 0, joined = 0 }) => read >= sequence && joined < sequence)
    .map(({ accountId }) => nameOfMember(conversation, accountId));
}

function Earlier({ earlier }: { earlier: NonNullable<MessageView["earlier"]> }) {
  return html`<section class="earlier">
    <h3>${say("deed.earlier")}</h3>
    <ol>
      ${earlier.map(
        ({ text, until }) => html`<li key=${until}>
          <bdi class="bubble-words" dir="auto">${text}</bdi>
          <span class="settings-quiet">${say("deed.until", { moment: sayExactly(until) })}</span>
        </li>`,
      )}
    </ol>
  </section>`;
}
