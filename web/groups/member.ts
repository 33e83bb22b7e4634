import { html } from "htm/preact";
import { EllipsisVertical } from "lucide";
import { nameOfMember } from "../conversations/name-of.ts";
import type { ConversationView } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";
import { Avatar } from "../ui/avatar.ts";
import { IconButton } from "../ui/button.ts";
import type { Ranked } from "./members-of.ts";

interface Props {
  conversation: ConversationView;
  person: Ranked;
  onMenu: () => void;
}

export function Member({ conversation, person, onMenu }: Props) {
  const name = nameOfMember(conversation, person.accountId);
  const isMe = person.accountId === conversation.group?.me;
  return html`<li class="member">
    <${Avatar} name=${name} of=${person.accountId} size="small" />
    <span class="member-words">
      <span class="member-name"><bdi>${name}</bdi>${isMe ? ` (${say("group.you")})` : ""}</span>
      <span class="member-rank">${sayMore(person, name)}</span>
    </span>
    ${!isMe && html`<${IconButton} icon=${EllipsisVertical} label=${say("people.do", { name })} onPress=${onMenu} />`}
  </li>`;
}

/** The username where another name is shown, and the rank where it is more than that of all. */
function sayMore({ username, rank }: Ranked, name: string): string {
  const more = [
    ...(name === username ? [] : [username]),
    ...(rank === "member" ? [] : [say(`role.${rank}`)]),
  ];
  return more.join(" · ");
}
