import { html } from "htm/preact";
import { nameOfMember } from "../conversations/name-of.ts";
import type { LinkView } from "../delivery/links/commands.ts";
import type { ConversationView } from "../delivery/patches.ts";
import { say, sayNumber } from "../languages/language.ts";
import { sayDate, sayExactly } from "../languages/say-time.ts";
import { joinPath } from "../routes.ts";
import { LinkCard } from "../settings/link-card.ts";
import { Button } from "../ui/button.ts";

interface Props {
  conversation: ConversationView;
  link: LinkView;
  open: boolean;
  onOpen: (on: boolean) => void;
  onRevoke: () => void;
}

/** One link: whose it is, how long and for how many, and the address where this device has it. */
export function GroupLink({ conversation, link, open, onOpen, onRevoke }: Props) {
  const isMine = link.by === conversation.group?.me;
  const title = isMine ? say("links.by_you") : say("links.by", { name: nameOfMember(conversation, link.by) });
  return html`<li class="group-link">
    <span class="member-words">
      <bdi class="member-name">${title}</bdi>
      <span class="member-rank" title=${link.expiresAt === 0 ? undefined : sayExactly(link.expiresAt)}>${sayTerms(link)}</span>
      ${link.secret === undefined && isMine && html`<span class="member-rank">${say("links.elsewhere")}</span>`}
    </span>
    <span class="group-link-do">
      ${
        link.secret !== undefined &&
        html`<${Button} label=${say(open ? "links.hide" : "links.show")} onPress=${() => onOpen(!open)} />`
      }
      <${Button} label=${say("links.revoke")} kind="quiet" onPress=${onRevoke} />
    </span>
    ${
      open &&
      link.secret !== undefined &&
      html`<${LinkCard} link=${location.origin + joinPath(link.linkId, link.secret)} qr=${say("links.qr")}>
      <p>${say("links.ready_text")}</p>
    <//>`
    }
  </li>`;
}

function sayTerms({ expiresAt, uses, used, approval }: LinkView): string {
  const until =
    expiresAt === 0
      ? say("links.forever")
      : expiresAt <= Date.now()
        ? say("links.expired")
        : say("links.until", { time: sayDate(expiresAt) });
  const come =
    uses === 0
      ? say("links.used", { count: used })
      : say("links.used_of", { used: sayNumber(used), uses: sayNumber(uses) });
  return [until, come, ...(approval ? [say("links.asks")] : [])].join(" · ");
}
