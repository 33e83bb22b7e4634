import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { Ban, Flag, MessageCircle, Tag, UserCheck } from "lucide";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type { AccountId } from "../../src/protocol/ids.ts";
import { AskBlock } from "../conversations/block.ts";
import type { Conversations } from "../conversations/model.ts";
import { nameOfPerson } from "../conversations/name-of.ts";
import type { Profile } from "../delivery/commands.ts";
import type { ConversationView, Standing } from "../delivery/patches.ts";
import { withoutTurns } from "../languages/isolate.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { readFailure } from "../read-failure.ts";
import { LaterReport } from "../reports/later-report.ts";
import { chatPath, firstMessagePath, navigate } from "../routes.ts";
import { Avatar } from "../ui/avatar.ts";
import { Button } from "../ui/button.ts";
import { Choice } from "../ui/choice.ts";
import { Dialog } from "../ui/dialog.ts";
import { Alert } from "../ui/notice.ts";
import { faceOf } from "./faces.ts";
import { NameOtherwise } from "./name-otherwise.ts";

export interface PersonProps {
  conversations: Conversations;
  /** Where they were met. */
  conversation: ConversationView;
  accountId: AccountId;
  /** Of somebody who is not in it. */
  username?: string;
  /** What can be done about them here and nowhere else. */
  children?: ComponentChildren;
  onClose: () => void;
}

/** What anybody may do about somebody they meet among others. */
export function PersonDialog(props: PersonProps) {
  const { conversations, conversation, accountId, children, onClose } = props;
  const asking = useSignal<"name" | "block" | "report" | undefined>(undefined);
  const { profile, failure, attempt, learn } = useProfile(conversations, accountId);
  const member = conversation.group?.people.find((one) => one.accountId === accountId);
  const username = profile.value?.username || props.username || member?.username || "";
  const name = withoutTurns(nameOfPerson(accountId, username || say("people.unknown")));
  const stand = (standing: Exclude<Standing, "asking">) =>
    attempt(async () => {
      await conversations.standTo(accountId, standing);
      asking.value = undefined;
      await learn();
    });
  const ask = (what: "name" | "block" | "report") => () => {
    asking.value = what;
  };
  const stop = () => {
    asking.value = undefined;
  };
  const write = () => {
    onClose();
    const id = conversations.findDirect(username);
    navigate(id ? chatPath(id) : firstMessagePath(username));
  };
  if (asking.value === "name")
    return html`<${NameOtherwise} conversations=${conversations} accountId=${accountId} name=${name} onClose=${onClose} />`;
  if (asking.value === "block")
    return html`<${AskBlock} name=${name} onBlock=${() => stand("blocked")} onClose=${stop} />`;
  if (asking.value === "report")
    return html`<${LaterReport} conversations=${conversations} conversation=${conversation} accountId=${accountId} onClose=${onClose} />`;
  const bio = withoutTurns(faceOf(accountId)?.bio ?? "");
  return html`<${Dialog} title=${name} onClose=${onClose}>
    <div class="person-head">
      <${Avatar} name=${name} of=${accountId} />
      <p class="person-about">
        ${username !== name && html`<bdi class="person-username" dir="ltr">${username}</bdi>`}
        ${bio && html`<span dir="auto">${bio}</span>`}
      </p>
    </div>
    ${failure.value !== undefined && html`<${Alert} text=${sayFailure(failure.value)} />`}
    ${failure.value !== undefined && !profile.value && html`<${Button} label=${say("do.try_again")} kind="quiet" onPress=${() => attempt(learn)} />`}
    <div class="choices">
      ${username !== "" && html`<${Choice} icon=${MessageCircle} label=${say("person.write", { name })} onPress=${write} />`}
      <${Choice} icon=${Tag} label=${say("details.nickname")} onPress=${ask("name")} />
      ${profile.value && html`<${Stand} name=${name} standing=${profile.value.standing} onBlock=${ask("block")} onUnblock=${() => stand("accepted")} />`}
      <${Choice} icon=${Flag} label=${say("details.report", { name })} onPress=${ask("report")} />
      ${children}
    </div>
  <//>`;
}

interface StandProps {
  name: string;
  standing: Standing;
  onBlock: () => void;
  onUnblock: () => void;
}

function Stand({ name, standing, onBlock, onUnblock }: StandProps) {
  if (standing === "blocked")
    return html`<${Choice} icon=${UserCheck} label=${say("details.unblock", { name })} onPress=${onUnblock} />`;
  return html`<${Choice} icon=${Ban} label=${say("details.block", { name })} onPress=${onBlock} />`;
}

/** Until it is known how this person stands to them, neither blocking nor unblocking is offered. */
function useProfile(conversations: Conversations, accountId: AccountId) {
  const profile = useSignal<Profile | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  const attempt = async (work: () => Promise<unknown>) => {
    failure.value = undefined;
    try {
      await work();
    } catch (error) {
      failure.value = readFailure(error);
    }
  };
  const learn = async () => {
    profile.value = await conversations.profileOf(accountId);
  };
  useEffect(() => {
    void attempt(learn);
  }, [accountId]);
  return { profile, failure, attempt, learn };
}
