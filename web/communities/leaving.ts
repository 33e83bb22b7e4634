import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import type { AccountId } from "../../src/protocol/ids.ts";
import type { Conversations } from "../conversations/model.ts";
import { nameOf, nameOfMember } from "../conversations/name-of.ts";
import type { ConversationView } from "../delivery/patches.ts";
import { say, sayList } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { readFailure } from "../read-failure.ts";
import { Button } from "../ui/button.ts";
import { Dialog } from "../ui/dialog.ts";
import { Alert } from "../ui/notice.ts";
import { Switch } from "../ui/switch.ts";

export interface LeavingProps {
  conversations: Conversations;
  conversation: ConversationView;
  /** Whom it is about; undefined for the reader. */
  accountId?: AccountId;
  onClose: () => void;
}

/** Somebody leaves the community or is removed, on request from its groups too; what could not be done is said. */
export function LeavingCommunity({ conversations, conversation, accountId, onClose }: LeavingProps) {
  const withGroups = useSignal(accountId !== undefined);
  const busy = useSignal(false);
  const failure = useSignal<string | undefined>(undefined);
  const stays = useSignal<readonly string[]>([]);
  const words = wordsFor(conversation, accountId);
  const act = async () => {
    busy.value = true;
    failure.value = undefined;
    try {
      const { id: conversationId } = conversation;
      const how = { conversationId, withGroups: withGroups.value };
      stays.value = await conversations.doCommunity(
        accountId === undefined
          ? { kind: "leave_community", ...how }
          : { kind: "remove_from_community", accountId, ...how },
      );
      if (stays.value.length === 0) onClose();
    } catch (error) {
      failure.value = readFailure(error);
    } finally {
      busy.value = false;
    }
  };
  if (stays.value.length > 0)
    return html`<${Dialog} title=${words.title} onClose=${onClose}>
      <p role="status">${words.stays(sayList(stays.value))}</p>
      <div class="dialog-do"><${Button} label=${say("do.close")} kind="main" onPress=${onClose} /></div>
    <//>`;
  return html`<${Dialog} title=${words.title} onClose=${onClose}>
    <p>${words.text}</p>
    <${Switch} on=${withGroups.value} label=${words.groups} text=${words.groupsText} onChange=${(
      on: boolean,
    ) => {
      withGroups.value = on;
    }} />
    ${failure.value !== undefined && html`<${Alert} text=${sayFailure(failure.value)} />`}
    <div class="dialog-do">
      <${Button} label=${say("do.cancel")} onPress=${onClose} />
      <${Button} label=${busy.value ? say("community.working") : words.deed} kind="danger" busy=${busy.value} onPress=${act} />
    </div>
  <//>`;
}

function wordsFor(conversation: ConversationView, accountId: AccountId | undefined) {
  if (accountId === undefined)
    return {
      title: say("group.leave_title", { name: nameOf(conversation) }),
      text: say("community.leave_text"),
      groups: say("community.leave_groups"),
      groupsText: say("community.leave_groups_text"),
      deed: say("community.leave"),
      stays: (places: string) => say("community.stays_in", { places }),
    };
  const name = nameOfMember(conversation, accountId);
  return {
    title: say("group.remove_title", { name }),
    text: say("community.remove_text"),
    groups: say("community.remove_groups"),
    groupsText: say("community.remove_groups_text"),
    deed: say("community.remove"),
    stays: (places: string) => say("community.not_removed", { name, places }),
  };
}
