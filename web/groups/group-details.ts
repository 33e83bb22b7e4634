import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { EllipsisVertical } from "lucide";
import type { Rank } from "../../src/protocol/role-list.ts";
import type { Conversations } from "../conversations/model.ts";
import { nameOf, nameOfMember } from "../conversations/name-of.ts";
import type { ConversationView, PersonView } from "../delivery/patches.ts";
import { withoutTurns } from "../languages/isolate.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { readFailure } from "../read-failure.ts";
import { Avatar } from "../ui/avatar.ts";
import { Button, IconButton } from "../ui/button.ts";
import { Alert } from "../ui/notice.ts";
import { AddPeople } from "./add-people.ts";
import { AskFirst } from "./ask-first.ts";
import { EditAbout } from "./edit-about.ts";
import { mayName, mayRemove, membersOf, ownRank, ranksToGive } from "./may.ts";

interface Props {
  conversations: Conversations;
  conversation: ConversationView;
}

type Open =
  | { readonly kind: "adding" | "editing" | "leaving" }
  | { readonly kind: "member" | "removing" | "handing_over"; readonly person: PersonView }
  | undefined;

/** Who is in, and what this person may do about it. */
export function GroupDetails({ conversations, conversation }: Props) {
  const open = useSignal<Open>(undefined);
  const busy = useSignal(false);
  const failure = useSignal<string | undefined>(undefined);
  const own = ownRank(conversation);
  const { id, group } = conversation;
  const members = membersOf(conversation);
  const isIn = own !== undefined && conversation.state !== "frozen";
  const close = () => {
    open.value = undefined;
  };
  const attempt = async (work: () => Promise<unknown>) => {
    close();
    busy.value = true;
    failure.value = undefined;
    try {
      await work();
    } catch (error) {
      failure.value = readFailure(error);
    } finally {
      busy.value = false;
    }
  };
  const now = open.value;
  return html`${
    group?.description && html`<p class="details-bio" dir="auto">${withoutTurns(group.description)}</p>`
  }
    ${
      isIn &&
      mayName(own) &&
      html`<${Button}
        label=${say("group.edit")}
        onPress=${() => {
          open.value = { kind: "editing" };
        }}
      />`
    }
    <section class="details-part">
      <h3>${say("group.members", { count: members.length })}</h3>
      ${busy.value && html`<p class="waiting" role="status">${say("group.working")}</p>`}
      ${failure.value !== undefined && html`<${Alert} text=${sayFailure(failure.value)} />`}
      <ul class="members">
        ${members.map(
          (person) => html`<${Member}
            key=${person.accountId}
            conversation=${conversation}
            person=${person}
            isMe=${person.accountId === group?.me}
            own=${isIn ? own : undefined}
            open=${now?.kind === "member" && now.person.accountId === person.accountId}
            onOpen=${(on: boolean) => {
              open.value = on ? { kind: "member", person } : undefined;
            }}
            onRank=${(rank: Rank) => {
              if (rank === "owner") open.value = { kind: "handing_over", person };
              else attempt(() => conversations.setRank(id, person.accountId, rank));
            }}
            onRemove=${() => {
              open.value = { kind: "removing", person };
            }}
          />`,
        )}
      </ul>
      ${
        isIn &&
        group?.mayAdd &&
        html`<${Button}
        label=${say("group.add_people")}
        wide
        onPress=${() => {
          open.value = { kind: "adding" };
        }}
      />`
      }
    </section>
    ${
      isIn &&
      html`<section class="details-part">
      ${own === "owner" && members.length > 1 && html`<p>${say("failure.group.owner_stays")}</p>`}
      ${
        own !== "owner" &&
        html`<${Button}
        label=${say("group.leave")}
        wide
        onPress=${() => {
          open.value = { kind: "leaving" };
        }}
      />`
      }
    </section>`
    }
    ${
      now?.kind === "adding" &&
      html`<${AddPeople} conversations=${conversations} onAdd=${(people: readonly string[]) => attempt(() => conversations.addMembers(id, people))} onClose=${close} />`
    }
    ${
      now?.kind === "editing" &&
      html`<${EditAbout}
      name=${group?.name ?? ""}
      description=${group?.description ?? ""}
      onKeep=${(name: string, description: string) => attempt(() => conversations.setAbout(id, name, description))}
      onClose=${close}
    />`
    }
    ${
      now?.kind === "leaving" &&
      html`<${AskFirst}
      title=${say("group.leave_title", { name: nameOf(conversation) })}
      text=${say("group.leave_text")}
      deed=${say("group.leave")}
      onDo=${() => attempt(() => conversations.leaveGroup(id))}
      onClose=${close}
    />`
    }
    ${
      now?.kind === "removing" &&
      html`<${AskFirst}
      title=${say("group.remove_title", { name: nameOfMember(conversation, now.person.accountId) })}
      text=${say("group.remove_text")}
      deed=${say("group.remove")}
      onDo=${() => attempt(() => conversations.removeMember(id, now.person.accountId))}
      onClose=${close}
    />`
    }
    ${
      now?.kind === "handing_over" &&
      html`<${AskFirst}
      title=${say("group.hand_over_title", { name: nameOfMember(conversation, now.person.accountId) })}
      text=${say("group.hand_over_text")}
      deed=${say("group.give_owner")}
      onDo=${() => attempt(() => conversations.setRank(id, now.person.accountId, "owner"))}
      onClose=${close}
    />`
    }`;
}

interface MemberProps {
  conversation: ConversationView;
  person: PersonView & { readonly rank: Rank };
  isMe: boolean;
  own: Rank | undefined;
  open: boolean;
  onOpen: (on: boolean) => void;
  onRank: (rank: Rank) => void;
  onRemove: () => void;
}

function Member({ conversation, person, isMe, own, open, onOpen, onRank, onRemove }: MemberProps) {
  const name = nameOfMember(conversation, person.accountId);
  const ranks = isMe ? [] : ranksToGive(own, person.rank);
  const removable = !isMe && mayRemove(own, person.rank);
  return html`<li class="member">
    <${Avatar} name=${name} of=${person.accountId} size="small" />
    <span class="member-words">
      <bdi class="member-name">${name}${isMe ? ` (${say("group.you")})` : ""}</bdi>
      <span class="member-rank">${[...(name === person.username ? [] : [person.username]), ...(person.rank === "member" ? [] : [say(`role.${person.rank}`)])].join(" · ")}</span>
    </span>
    ${
      (ranks.length > 0 || removable) &&
      html`<${IconButton} icon=${EllipsisVertical} label=${say("group.about_member", { name })} onPress=${() => onOpen(!open)} />`
    }
    ${
      open &&
      html`<div class="member-do">
        ${ranks.map((rank) => html`<${Button} key=${rank} label=${say(`group.give_${rank}`)} onPress=${() => onRank(rank)} />`)}
        ${removable && html`<${Button} label=${say("group.remove")} kind="danger" onPress=${onRemove} />`}
      </div>`
    }
  </li>`;
}
