import { html } from "htm/preact";
import { LeavingCommunity } from "../communities/leaving.ts";
import type { Conversations } from "../conversations/model.ts";
import { nameOf, nameOfMember } from "../conversations/name-of.ts";
import type { AboutGroup } from "../delivery/groups/commands.ts";
import type { ConversationView, PersonView } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";
import { AddPeople } from "./add-people.ts";
import { AskFirst } from "./ask-first.ts";
import { EditAbout } from "./edit-about.ts";
import { sayEnd, sayLeave } from "./say-leaving.ts";

export type Asking =
  | { readonly kind: "adding" | "editing" | "leaving" | "ending" }
  | { readonly kind: "removing" | "handing_over"; readonly person: PersonView };

interface Props {
  conversations: Conversations;
  conversation: ConversationView;
  asking: Asking;
  onDo: (work: () => Promise<unknown>) => void;
  onWaits: () => void;
  onClose: () => void;
}

/** What is asked before a group is changed. */
export function GroupDialog({ conversations, conversation, asking, onDo, onWaits, onClose }: Props) {
  const { id, group } = conversation;
  if (asking.kind === "adding")
    return html`<${AddPeople} conversations=${conversations} conversation=${conversation} onWaits=${onWaits} onClose=${onClose} />`;
  if (asking.kind === "editing")
    return html`<${EditAbout}
      name=${group?.name ?? ""}
      description=${group?.description ?? ""}
      of=${id}
      onKeep=${(about: AboutGroup) => onDo(() => conversations.setAbout(id, about))}
      onClose=${onClose}
    />`;
  if (asking.kind === "ending")
    return html`<${AskFirst}
      title=${say("group.end_title", { name: nameOf(conversation) })}
      text=${group?.community ? say("community.end_text") : say("group.end_text")}
      deed=${sayEnd(conversation)}
      onDo=${() => onDo(() => conversations.endGroup(id))}
      onClose=${onClose}
    />`;
  if (group?.community && (asking.kind === "leaving" || asking.kind === "removing"))
    return html`<${LeavingCommunity}
      conversations=${conversations}
      conversation=${conversation}
      accountId=${asking.kind === "removing" ? asking.person.accountId : undefined}
      onClose=${onClose}
    />`;
  if (!("person" in asking))
    return html`<${AskFirst}
      title=${say("group.leave_title", { name: nameOf(conversation) })}
      text=${say("group.leave_text")}
      deed=${sayLeave(conversation)}
      onDo=${() => onDo(() => conversations.leaveGroup(id))}
      onClose=${onClose}
    />`;
  const { accountId } = asking.person;
  const name = nameOfMember(conversation, accountId);
  if (asking.kind === "removing")
    return html`<${AskFirst}
      title=${say("group.remove_title", { name })}
      text=${say("group.remove_text")}
      deed=${say("group.remove")}
      onDo=${() => onDo(() => conversations.removeMember(id, accountId))}
      onClose=${onClose}
    />`;
  return html`<${AskFirst}
    title=${say("group.hand_over_title", { name })}
    text=${say("group.hand_over_text")}
    deed=${say("group.give_owner")}
    onDo=${() => onDo(() => conversations.setRank(id, accountId, "owner"))}
    onClose=${onClose}
  />`;
}
