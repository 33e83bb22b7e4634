import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import type { AccountId } from "../../src/protocol/ids.ts";
import type { Rank } from "../../src/protocol/role-list.ts";
import type { Conversations } from "../conversations/model.ts";
import type { ConversationView } from "../delivery/patches.ts";
import { withoutTurns } from "../languages/isolate.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { readFailure } from "../read-failure.ts";
import { Button } from "../ui/button.ts";
import { Alert } from "../ui/notice.ts";
import { type Asking, GroupDialog } from "./group-dialog.ts";
import { mayName, membersOf, ownRank } from "./may.ts";
import { Member } from "./member.ts";

interface Props {
  conversations: Conversations;
  conversation: ConversationView;
}

/** Who is in, and what this person may do about it. */
export function GroupDetails({ conversations, conversation }: Props) {
  const asking = useSignal<Asking | undefined>(undefined);
  const { busy, failure, attempt } = useAttempt(conversation);
  const own = conversation.state === "frozen" ? undefined : ownRank(conversation);
  const { group } = conversation;
  const ask = (kind: "adding" | "editing" | "leaving") => () => {
    asking.value = { kind };
  };
  const close = () => {
    asking.value = undefined;
  };
  const act = (work: () => Promise<unknown>) => {
    close();
    attempt(work);
  };
  return html`${group?.description && html`<p class="details-bio" dir="auto">${withoutTurns(group.description)}</p>`}
    ${mayName(own) && html`<${Button} label=${say("group.edit")} onPress=${ask("editing")} />`}
    <section class="details-part">
      <h3>${say("group.members", { count: membersOf(conversation).length })}</h3>
      ${busy.value && html`<p class="waiting" role="status">${say("group.working")}</p>`}
      ${failure.value !== undefined && html`<${Alert} text=${sayFailure(failure.value)} />`}
      <${Members}
        conversation=${conversation}
        own=${own}
        onAsk=${(next: Asking) => {
          asking.value = next;
        }}
        onRank=${(account: AccountId, rank: Rank) => act(() => conversations.setRank(conversation.id, account, rank))}
      />
      ${own !== undefined && group?.mayAdd && html`<${Button} label=${say("group.add_people")} wide onPress=${ask("adding")} />`}
    </section>
    ${own !== undefined && html`<${Leaving} conversation=${conversation} own=${own} onLeave=${ask("leaving")} />`}
    ${
      asking.value &&
      html`<${GroupDialog}
      conversations=${conversations}
      conversation=${conversation}
      asking=${asking.value}
      onDo=${act}
      onWaits=${() => {
        close();
        failure.value = "change_waits";
      }}
      onClose=${close}
    />`
    }`;
}

interface MembersProps {
  conversation: ConversationView;
  own: Rank | undefined;
  onAsk: (asking: Asking) => void;
  onRank: (account: AccountId, rank: Rank) => void;
}

function Members({ conversation, own, onAsk, onRank }: MembersProps) {
  const open = useSignal<AccountId | undefined>(undefined);
  const close = () => {
    open.value = undefined;
  };
  return html`<ul class="members">
    ${membersOf(conversation).map(
      (person) => html`<${Member}
        key=${person.accountId}
        conversation=${conversation}
        person=${person}
        own=${own}
        open=${open.value === person.accountId}
        onOpen=${(on: boolean) => {
          open.value = on ? person.accountId : undefined;
        }}
        onRank=${(rank: Rank) => {
          close();
          if (rank === "owner") onAsk({ kind: "handing_over", person });
          else onRank(person.accountId, rank);
        }}
        onRemove=${() => {
          close();
          onAsk({ kind: "removing", person });
        }}
      />`,
    )}
  </ul>`;
}

function Leaving({
  conversation,
  own,
  onLeave,
}: {
  conversation: ConversationView;
  own: Rank;
  onLeave: () => void;
}) {
  if (own !== "owner")
    return html`<section class="details-part"><${Button} label=${say("group.leave")} wide onPress=${onLeave} /></section>`;
  if (membersOf(conversation).length === 1) return null;
  return html`<section class="details-part"><p>${say("failure.group.owner_stays")}</p></section>`;
}

function useAttempt(conversation: ConversationView) {
  const busy = useSignal(false);
  const failure = useSignal<string | undefined>(undefined);
  const people = membersOf(conversation)
    .map(({ accountId, rank }) => accountId + rank)
    .join();
  useEffect(() => {
    // What waited has come about, or something else has.
    if (failure.value === "change_waits") failure.value = undefined;
  }, [people]);
  const attempt = async (work: () => Promise<unknown>) => {
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
  return { busy, failure, attempt };
}
