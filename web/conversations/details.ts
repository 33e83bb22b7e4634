import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { ShieldCheck, X } from "lucide";
import { useEffect } from "preact/hooks";
import type { AccountId, ConversationId } from "../../src/protocol/ids.ts";
import { LaterArchivePart } from "../archive/later-part.ts";
import type { ChannelDetailsProps } from "../channels/channel-details.ts";
import type { ConversationView } from "../delivery/patches.ts";
import { ExportPart } from "../export/export-part.ts";
import { GroupDetails } from "../groups/group-details.ts";
import { withoutTurns } from "../languages/isolate.ts";
import { say } from "../languages/language.ts";
import { faceOf } from "../people/faces.ts";
import type { SafetyNumberProps } from "../people/safety-number.ts";
import { Verified } from "../people/verified.ts";
import { chatPath, goBack } from "../routes.ts";
import { Avatar, SavedAvatar } from "../ui/avatar.ts";
import { Button, IconButton } from "../ui/button.ts";
import { later } from "../ui/later.ts";
import { Knowing } from "./knowing.ts";
import type { Conversations } from "./model.ts";
import { nameOf } from "./name-of.ts";
import { ShelfPart } from "./shelf.ts";
import { TimerPart } from "./timer-part.ts";

export function Details({ conversations, id }: { conversations: Conversations; id: ConversationId }) {
  const conversation = conversations.byId.value.get(id);
  return html`<section class="details" aria-label=${say("chat.details")}>
    <header class="bar">
      <h1 class="bar-title details-title">${say("details.title")}</h1>
      <${IconButton} icon=${X} label=${say("do.close")} onPress=${() => goBack(chatPath(id))} />
    </header>
    ${conversation && html`<${Person} conversations=${conversations} conversation=${conversation} />`}
  </section>`;
}

const LaterChannelDetails = later<ChannelDetailsProps>(
  async () => (await import("../channels/channel-details.ts")).ChannelDetails,
  "channels",
  "details",
  "groups",
);

interface PersonProps {
  conversations: Conversations;
  conversation: ConversationView;
}

interface WhoProps {
  conversations: Conversations;
  accountId: AccountId;
  name: string;
}

/** By whose word it is known who somebody is: the server's, or that of a link they gave. */
function WhoThisIs({ conversations, accountId, name }: WhoProps) {
  const firstUse = useSignal<boolean | undefined>(undefined);
  useEffect(() => {
    const learn = (found: boolean) => {
      firstUse.value = found;
    };
    // What cannot be read is said as what is the least.
    conversations.profileOf(accountId).then(
      (profile) => learn(profile.firstUse),
      () => learn(true),
    );
  }, [accountId]);
  if (firstUse.value === undefined) return null;
  return html`<p>${say(firstUse.value ? "details.first_use_text" : "details.by_link_text", { name })}</p>`;
}

const LaterSafety = later<SafetyNumberProps>(
  async () => (await import("../people/safety-number.ts")).SafetyNumber,
  "safety",
);

function Compare(who: WhoProps) {
  const open = useSignal(false);
  const turn = (on: boolean) => () => {
    open.value = on;
  };
  return html`<${Button} label=${say("details.safety")} icon=${ShieldCheck} wide onPress=${turn(true)} />
    ${open.value && html`<${LaterSafety} ...${who} onClose=${turn(false)} />`}`;
}

function Person({ conversations, conversation }: PersonProps) {
  const name = nameOf(conversation);
  const saved = conversation.kind === "saved";
  const bio = conversation.peer && withoutTurns(faceOf(conversation.peer.accountId)?.bio ?? "");
  if (conversation.channel)
    return html`<div class="details-body">
      <${Avatar} name=${name} size="large" />
      <h2 class="details-name" dir="auto">${name}</h2>
      <${LaterChannelDetails} conversations=${conversations} conversation=${conversation} />
    </div>`;
  return html`<div class="details-body" data-community=${conversation.group?.community && ""}>
    ${saved ? html`<${SavedAvatar} size="large" />` : html`<${Avatar} name=${name} of=${conversation.peer?.accountId ?? conversation.id} size="large" />`}
    <h2 class="details-name" dir="auto">${name}${conversation.verified && html`<${Verified} />`}</h2>
    ${conversation.peer && conversation.peer.username !== name && html`<p class="details-username" dir="ltr">${conversation.peer.username}</p>`}
    ${bio && html`<p class="details-bio" dir="auto">${bio}</p>`}
    ${conversation.group && html`<${GroupDetails} conversations=${conversations} conversation=${conversation} />`}
    <${ShelfPart} conversations=${conversations} conversation=${conversation} />
    <${TimerPart} conversations=${conversations} conversation=${conversation} />
    <section class="details-part">
      <h3>${say("details.archive")}</h3>
      <${LaterArchivePart} key=${conversation.id} conversations=${conversations} only=${conversation} />
    </section>
    <section class="details-part">
      <${ExportPart} conversations=${conversations} only=${conversation} />
    </section>
    <section class="details-part">
      <h3>${say("details.encrypted")}</h3>
      <p>${sayWhoReads(conversation, name)}</p>
    </section>
    ${
      conversation.peer &&
      html`<section class="details-part">
      <h3>${say("details.first_use")}</h3>
      <${WhoThisIs} conversations=${conversations} accountId=${conversation.peer.accountId} name=${name} />
      ${!conversation.identityChanged && html`<${Compare} conversations=${conversations} accountId=${conversation.peer.accountId} name=${name} />`}
    </section>
    <${Knowing} key=${conversation.peer.accountId} conversations=${conversations} conversation=${conversation} name=${name} />`
    }
  </div>`;
}

function sayWhoReads({ kind, group }: ConversationView, name: string): string {
  if (group?.community) return say("community.encrypted");
  if (kind === "saved") return say("details.encrypted_self");
  return kind === "group" ? say("details.encrypted_group") : say("details.encrypted_text", { name });
}
