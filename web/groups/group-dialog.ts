import { html } from "htm/preact";
import type { Conversations } from "../conversations/model.ts";
import { nameOf, nameOfMember } from "../conversations/name-of.ts";
import type { ConversationView, PersonView } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";
import { AddPeople } from "./add-people.ts";
import { AskFirst } from "./ask-first.ts";
import { EditAbout } from "./edit-about.ts";

export type Asking =
  | { readonly kind: "adding" | "editing" | "leaving" }
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
      onKeep=${(name: string, description: string) => onDo(() => conversations.setAbout(id, name, description))}
      onClose=${onClose}
    />`;
  if (!("person" in asking))
    return html`<${AskFirst}
      title=${say("group.leave_title", { name: nameOf(conversation) })}
      text=${say("group.leave_text")}
      deed=${say("group.leave")}
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
