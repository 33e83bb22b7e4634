import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import type { AccountId } from "../../src/protocol/ids.ts";
import type { Rank } from "../../src/protocol/role-list.ts";
import type { PlacesProps } from "../communities/places-part.ts";
import type { Conversations } from "../conversations/model.ts";
import type { ConversationView } from "../delivery/patches.ts";
import { withoutTurns } from "../languages/isolate.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { readFailure } from "../read-failure.ts";
import { Button } from "../ui/button.ts";
import { later } from "../ui/later.ts";
import { Alert } from "../ui/notice.ts";
import { type Asking, GroupDialog } from "./group-dialog.ts";
import { isChannel, isInCharge } from "./may.ts";
import { mayByRights } from "./may-by-rights.ts";
import { Members } from "./members.ts";
import { membersOf, ownRank } from "./members-of.ts";
import type { RightsProps } from "./rights-part.ts";
import { sayEnd, sayLeave } from "./say-leaving.ts";

const GroupLinks = later(
  async () => (await import("./group-links.ts")).GroupLinks,
  "links",
  "groups",
  "communities",
  "several",
);

const LaterPlaces = later<PlacesProps>(
  async () => (await import("../communities/places-part.ts")).PlacesPart,
  "communities",
  "links",
);

const LaterRights = later<RightsProps>(async () => (await import("./rights-part.ts")).RightsPart, "groups");

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
  const refused = useRefused(conversations, conversation);
  const channel = isChannel(conversation);
  const ask = (kind: "adding" | "editing" | "leaving" | "ending") => () => {
    asking.value = { kind };
  };
  const close = () => {
    asking.value = undefined;
  };
  const act = (work: () => Promise<unknown>) => {
    close();
    void attempt(work);
  };
  return html`${group?.description && html`<p class="details-bio" dir="auto">${withoutTurns(group.description)}</p>`}
    ${own !== undefined && mayByRights(conversation, "about") && html`<${Button} label=${say("group.edit")} onPress=${ask("editing")} />`}
    ${group?.community && html`<${LaterPlaces} key=${conversation.id} conversations=${conversations} conversation=${conversation} />`}
    <section class="details-part">
      <h3>${say(channel ? "group.channel_of" : "group.members", { count: membersOf(conversation).length })}</h3>
      ${channel && html`<p>${say("group.channel_text")}</p>`}
      ${refused !== undefined && html`<${Alert} text=${say("group.change_refused", { why: sayFailure(refused) })} />`}
      ${busy.value && html`<p class="waiting" role="status">${say("group.working")}</p>`}
      ${failure.value !== undefined && html`<${Alert} text=${sayFailure(failure.value)} />`}
      ${
        (!channel || isInCharge(own)) &&
        html`<${Members}
        conversations=${conversations}
        conversation=${conversation}
        own=${own}
        onAsk=${(next: Asking) => {
          asking.value = next;
        }}
        onRank=${(account: AccountId, rank: Rank) => act(() => conversations.setRank(conversation.id, account, rank))}
      />`
      }
      ${own !== undefined && group?.mayAdd && !channel && html`<${Button} label=${say("group.add_people")} wide onPress=${ask("adding")} />`}
    </section>
    ${own !== undefined && group?.mayAdd && html`<${GroupLinks} key=${conversation.id} conversations=${conversations} conversation=${conversation} />`}
    ${!channel && html`<${LaterRights} key=${conversation.id} conversations=${conversations} conversation=${conversation} />`}
    ${own !== undefined && html`<${Leaving} conversation=${conversation} own=${own} onLeave=${ask("leaving")} onEnd=${ask("ending")} />`}
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

function Leaving({
  conversation,
  own,
  onLeave,
  onEnd,
}: {
  conversation: ConversationView;
  own: Rank;
  onLeave: () => void;
  onEnd: () => void;
}) {
  if (own !== "owner")
    return html`<section class="details-part"><${Button} label=${sayLeave(conversation)} wide onPress=${onLeave} /></section>`;
  return html`<section class="details-part">
    ${membersOf(conversation).length > 1 && html`<p>${say("failure.group.owner_stays")}</p>`}
    <${Button} label=${sayEnd(conversation)} wide onPress=${onEnd} />
  </section>`;
}

/** Why a change that waited was not made: read once these details were open. */
function useRefused({ heedRefusal }: Conversations, { id, group }: ConversationView): string | undefined {
  const code = group?.refusedChange;
  useEffect(() => {
    if (code === undefined) return undefined;
    return () => void heedRefusal(id).catch(() => undefined);
  }, [id, code]);
  return code;
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
