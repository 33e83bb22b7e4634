import { type Signal, useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { UserCog, UserMinus } from "lucide";
import type { AccountId } from "../../src/protocol/ids.ts";
import type { Rank } from "../../src/protocol/role-list.ts";
import type { Conversations } from "../conversations/model.ts";
import type { ConversationView } from "../delivery/patches.ts";
import { directionOf, say } from "../languages/language.ts";
import { LaterPerson } from "../people/later-person.ts";
import { Choice } from "../ui/choice.ts";
import { findMembers, MANY } from "./find-members.ts";
import type { Asking } from "./group-dialog.ts";
import { mayRemove, ranksToGive } from "./may.ts";
import { Member } from "./member.ts";
import { membersOf, type Ranked } from "./members-of.ts";

interface Props {
  conversations: Conversations;
  conversation: ConversationView;
  /** The reader's own; undefined when nothing can be changed. */
  own: Rank | undefined;
  onAsk: (asking: Asking) => void;
  onRank: (account: AccountId, rank: Rank) => void;
}

export function Members({ conversations, conversation, own, onAsk, onRank }: Props) {
  const open = useSignal<AccountId | undefined>(undefined);
  const close = () => {
    open.value = undefined;
  };
  const typed = useSignal("");
  const all = membersOf(conversation);
  const shown = all.length < MANY ? all : findMembers(all, typed.value);
  const chosen = all.find(({ accountId }) => accountId === open.value);
  return html`${all.length >= MANY && html`<${FindMember} typed=${typed} />`}
  ${shown.length === 0 && html`<p role="status">${say("group.nobody_found")}</p>`}
  <ul class="members">
    ${shown.map(
      (person) => html`<${Member}
        key=${person.accountId}
        conversation=${conversation}
        person=${person}
        onMenu=${() => {
          open.value = person.accountId;
        }}
      />`,
    )}
  </ul>
  ${
    chosen &&
    html`<${LaterPerson}
      conversations=${conversations}
      conversation=${conversation}
      accountId=${chosen.accountId}
      onClose=${close}
    >
      <${InCharge}
        conversation=${conversation}
        person=${chosen}
        own=${own}
        onRank=${(rank: Rank) => {
          close();
          if (rank === "owner") onAsk({ kind: "handing_over", person: chosen });
          else onRank(chosen.accountId, rank);
        }}
        onRemove=${() => {
          close();
          onAsk({ kind: "removing", person: chosen });
        }}
      />
    <//>`
  }`;
}

interface InChargeProps {
  conversation: ConversationView;
  person: Ranked;
  own: Rank | undefined;
  onRank: (rank: Rank) => void;
  onRemove: () => void;
}

/** What only those above somebody may do about them. */
function InCharge({ conversation, person, own, onRank, onRemove }: InChargeProps) {
  const remove = say(conversation.group?.community ? "community.remove" : "group.remove");
  return html`${ranksToGive(own, person.rank).map(
    (rank) =>
      html`<${Choice} key=${rank} icon=${UserCog} label=${say(`group.give_${rank}`)} onPress=${() => onRank(rank)} />`,
  )}
  ${mayRemove(own, person.rank) && html`<${Choice} icon=${UserMinus} label=${remove} onPress=${onRemove} />`}`;
}

function FindMember({ typed }: { typed: Signal<string> }) {
  return html`<input
    class="search-box member-search"
    type="search"
    dir=${directionOf(typed.value)}
    aria-label=${say("group.find_member")}
    placeholder=${say("group.find_member")}
    autocomplete="off"
    value=${typed.value}
    onInput=${(event: InputEvent) => {
      if (event.currentTarget instanceof HTMLInputElement) typed.value = event.currentTarget.value;
    }}
  />`;
}
