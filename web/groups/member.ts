import { html } from "htm/preact";
import { EllipsisVertical } from "lucide";
import type { Rank } from "../../src/protocol/role-list.ts";
import { nameOfMember } from "../conversations/name-of.ts";
import type { ConversationView, PersonView } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";
import { Avatar } from "../ui/avatar.ts";
import { Button, IconButton } from "../ui/button.ts";
import { mayRemove, ranksToGive } from "./may.ts";

interface Props {
  conversation: ConversationView;
  person: PersonView & { readonly rank: Rank };
  /** The reader's own; undefined when nothing can be changed. */
  own: Rank | undefined;
  open: boolean;
  onOpen: (on: boolean) => void;
  onRank: (rank: Rank) => void;
  onRemove: () => void;
}

export function Member({ conversation, person, own, open, onOpen, onRank, onRemove }: Props) {
  const name = nameOfMember(conversation, person.accountId);
  const isMe = person.accountId === conversation.group?.me;
  const ranks = isMe ? [] : ranksToGive(own, person.rank);
  const removable = !isMe && mayRemove(own, person.rank);
  return html`<li class="member">
    <${Avatar} name=${name} of=${person.accountId} size="small" />
    <span class="member-words">
      <bdi class="member-name">${name}${isMe ? ` (${say("group.you")})` : ""}</bdi>
      <span class="member-rank">${sayMore(person, name)}</span>
    </span>
    ${
      (ranks.length > 0 || removable) &&
      html`<${IconButton}
        icon=${EllipsisVertical}
        label=${say("group.about_member", { name })}
        expanded=${open}
        onPress=${() => onOpen(!open)}
      />`
    }
    ${
      open &&
      html`<div class="member-do">
        ${ranks.map((rank) => html`<${Button} key=${rank} label=${say(`group.give_${rank}`)} onPress=${() => onRank(rank)} />`)}
        ${removable && html`<${Button} label=${conversation.group?.community ? say("community.remove") : say("group.remove")} kind="danger" onPress=${onRemove} />`}
      </div>`
    }
  </li>`;
}

/** The username where another name is shown, and the rank where it is more than that of all. */
function sayMore({ username, rank }: Props["person"], name: string): string {
  const more = [
    ...(name === username ? [] : [username]),
    ...(rank === "member" ? [] : [say(`role.${rank}`)]),
  ];
  return more.join(" · ");
}
