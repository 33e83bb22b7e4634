import { html } from "htm/preact";
import type { AccountId } from "../../src/protocol/ids.ts";
import { sayAttachment } from "../attachments/say-attachment.ts";
import type { Conversations } from "../conversations/model.ts";
import { nameOf, nameOfMember } from "../conversations/name-of.ts";
import type { SearchHit } from "../delivery/commands.ts";
import type { AttachmentView, ConversationView } from "../delivery/patches.ts";
import { plainWords } from "../formatting/formatting.ts";
import { say } from "../languages/language.ts";
import { sayExactly, sayMoment, writeTime } from "../languages/say-time.ts";
import { chatPath } from "../routes.ts";
import { Avatar, SavedAvatar } from "../ui/avatar.ts";
import { markFound, type Stretch, wordsOf } from "./fold-text.ts";

/** What of a long message is shown before the first place that was found. */
const BEFORE = 10;

interface Props {
  hit: SearchHit;
  typed: string;
  conversations: Conversations;
}

export function HitRow({ hit, typed, conversations }: Props) {
  const conversation = conversations.byId.value.get(hit.conversationId);
  if (!conversation) return null;
  const name = nameOf(conversation);
  const by = sayBy(conversation, hit.sender, conversations.me.value?.accountId);
  return html`<li>
    <a
      class="row"
      href=${chatPath(hit.conversationId)}
      onClick=${() => conversations.timelineOf(hit.conversationId).goTo(hit.sequence)}
    >
      ${conversation.kind === "saved" ? html`<${SavedAvatar} />` : html`<${Avatar} name=${name} of=${conversation.peer?.accountId ?? conversation.id} />`}
      <span class="row-words">
        <span class="row-head">
          <bdi class="row-name">${name}</bdi>
          <time class="row-time" datetime=${writeTime(hit.sentAt)} title=${sayExactly(hit.sentAt)}>
            ${sayMoment(hit.sentAt, Date.now())}
          </time>
        </span>
        <span class="row-line">
          <span class="row-text">${by !== undefined && html`<span class="row-prefix">${by} </span>`}
          <bdi class="row-said">${shorten(markFound(sayHit(hit), wordsOf(typed))).map(({ text, isFound }) =>
            isFound ? html`<mark>${text}</mark>` : text,
          )}</bdi></span>
        </span>
      </span>
    </a>
  </li>`;
}

/** The words, and what stands beside them. */
function sayHit({ text, attachments = [], poll }: SearchHit): string {
  return [plainWords(text), ...attachments.map(sayFound), ...(poll?.options ?? [])]
    .filter((part) => part !== "")
    .join(" · ");
}

/** A file by its name, which may be what was found; a note that was spoken has none. */
function sayFound(attachment: AttachmentView): string {
  return attachment.voice ? sayAttachment(attachment) : attachment.name;
}

function sayBy(conversation: ConversationView, sender: AccountId, me: AccountId | undefined) {
  if (conversation.kind === "saved") return undefined;
  if (sender === me) return say("list.you");
  return conversation.group && `${nameOfMember(conversation, sender)}:`;
}

/** From a little before the first found place on. */
function shorten(stretches: readonly Stretch[]): readonly Stretch[] {
  const [first, ...rest] = stretches;
  if (!first || first.isFound || rest.length === 0 || first.text.length <= BEFORE) return stretches;
  const letters = [...new Intl.Segmenter().segment(first.text.slice(-2 * BEFORE))].slice(-BEFORE);
  return [{ text: `…${letters.map(({ segment }) => segment).join("")}`, isFound: false }, ...rest];
}
