import { html } from "htm/preact";
import { BellOff, Pin, ShieldAlert } from "lucide";
import { sayAttachment } from "../attachments/say-attachment.ts";
import type { AttachmentView, ConversationView, MessageView } from "../delivery/patches.ts";
import { plainWords } from "../formatting/formatting.ts";
import { useSayChanges } from "../groups/use-say-changes.ts";
import { say, sayNumber } from "../languages/language.ts";
import { sayExactly, sayMoment, writeTime } from "../languages/say-time.ts";
import { sayQuestion } from "../polls/say-question.ts";
import { chatPath } from "../routes.ts";
import { Avatar, SavedAvatar } from "../ui/avatar.ts";
import { Icon } from "../ui/icon.ts";
import { MarkSign } from "./mark-sign.ts";
import { nameOf, nameOfMember } from "./name-of.ts";

interface Props {
  conversation: ConversationView;
  current: boolean;
  draft: string | undefined;
  typing: string | undefined;
}

export function ListRow({ conversation, current, draft, typing }: Props) {
  const { last, unread } = conversation;
  const name = nameOf(conversation);
  const warning = warningOf(conversation);
  return html`<li>
    <a class="row" data-community=${conversation.group?.community && ""} href=${chatPath(conversation.id)} aria-current=${current ? "page" : undefined}>
      ${conversation.kind === "saved" ? html`<${SavedAvatar} />` : html`<${Avatar} name=${name} of=${conversation.peer?.accountId ?? conversation.id} />`}
      <span class="row-words">
        <span class="row-head">
          <bdi class="row-name">${name}</bdi>${conversation.channel && html`<span class="row-public" role="img" aria-label=${say("channel.public")}>#</span>`}${conversation.group?.community && html`<span class="visually-hidden">${say("community.sign")}</span>`}
          ${last && html`<${Moment} at=${last.sentAt} />`}
        </span>
        <span class="row-line">
          ${
            warning
              ? html`<${Warning} text=${say(warning)} />`
              : html`<${LastLine} conversation=${conversation} draft=${draft} typing=${typing} />`
          }
          <${Signs} shelf=${conversation.shelf} />
          ${conversation.calls && html`<span class="row-unread row-call"><span aria-hidden="true">@</span><span class="visually-hidden">${say("list.called")}</span></span>`}
          ${unread > 0 ? html`<${Unread} count=${unread} />` : conversation.shelf?.marked && html`<${Marked} />`}
        </span>
      </span>
    </a>
  </li>`;
}

function warningOf({ identityChanged, deviceDoubts, doubt }: ConversationView) {
  if (identityChanged) return "list.identity_changed";
  if (deviceDoubts) return "list.devices_differ";
  return doubt && "list.history_differs";
}

function Signs({ shelf }: { shelf: ConversationView["shelf"] }) {
  return html`${shelf?.muted && html`<${Sign} icon=${BellOff} label=${say("shelf.muted")} />`}${shelf?.pinned && html`<${Sign} icon=${Pin} label=${say("shelf.pinned")} />`}`;
}

function Sign({ icon, label }: { icon: typeof Pin; label: string }) {
  return html`<span class="row-sign"><${Icon} of=${icon} size=${16} /><span class="visually-hidden">${label}</span></span>`;
}

function Marked() {
  return html`<span class="row-unread row-marked"><span class="visually-hidden">${say("shelf.marked")}</span></span>`;
}

/** Stands where the last words would: those may be somebody else's. */
function Warning({ text }: { text: string }) {
  return html`<span class="row-text row-warning"><${Icon} of=${ShieldAlert} size=${16} /><span class="row-said">${text}</span></span>`;
}

function Moment({ at }: { at: number }) {
  return html`<time class="row-time" datetime=${writeTime(at)} title=${sayExactly(at)}>
    ${sayMoment(at, Date.now())}
  </time>`;
}

export function Unread({ count }: { count: number }) {
  return html`<span class="row-unread">
    <span aria-hidden="true">${sayNumber(count)}</span>
    <span class="visually-hidden">${say("list.unread", { count })}</span>
  </span>`;
}

function LastLine({
  conversation,
  draft,
  typing,
}: {
  conversation: ConversationView;
  draft: string | undefined;
  typing: string | undefined;
}) {
  const { last } = conversation;
  if (typing !== undefined)
    return html`<span class="row-text row-accent"><span class="row-said">${typing}</span></span>`;
  if (draft)
    return html`<span class="row-text row-accent"><${Said} prefix=${say("list.draft")} text=${draft} /></span>`;
  if (!last || last.body.kind === "founded")
    return html`<span class="row-text"><span class="row-said">${say("list.start")}</span></span>`;
  return html`${last.mark && html`<${MarkSign} mark=${last.mark} />`}
    <span class="row-text"><${Last} conversation=${conversation} last=${last} /></span>`;
}

function Last({ conversation, last }: { conversation: ConversationView; last: MessageView }) {
  const sayChanges = useSayChanges(conversation.group !== undefined || last.body.kind === "change");
  if (last.body.kind === "deleted") return html`<span class="row-said">${say("message.deleted")}</span>`;
  if (last.body.kind === "not_decrypted")
    return html`<span class="row-said">${say("message.not_decrypted")}</span>`;
  if (last.body.kind === "change")
    return html`<span class="row-said">${sayChanges?.(conversation, last).join(" ")}</span>`;
  if (last.body.kind !== "text") return html`<span class="row-said">${say("message.not_understood")}</span>`;
  return html`<${Said} prefix=${last.mine ? say("list.you") : conversation.group && `${nameOfMember(conversation, last.sender)}:`} text=${sayQuestion(last.body) || sayFiles(last.body.attachments)} />`;
}

function sayFiles(files: readonly AttachmentView[] = []): string {
  return files.map(sayAttachment).join(", ");
}

/** What a person wrote is cut off at its own end, whichever way it and the words before it run. */
function Said({ prefix, text }: { prefix: string | undefined; text: string }) {
  return html`${prefix !== undefined && html`<span class="row-prefix">${prefix} </span>`}
    <bdi class="row-said" dir="auto">${oneLine(text)}</bdi>`;
}

const SHOWN = 160;
const oneLine = (text: string) => plainWords(text).slice(0, SHOWN).replace(/\s+/g, " ").trim();
