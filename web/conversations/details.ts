import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { X } from "lucide";
import { useEffect } from "preact/hooks";
import type { ConversationId } from "../../src/protocol/ids.ts";
import type { ConversationView, Profile } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";
import { chatPath, goBack } from "../routes.ts";
import { Avatar, SavedAvatar } from "../ui/avatar.ts";
import { Button, IconButton } from "../ui/button.ts";
import { Notice, Waiting } from "../ui/notice.ts";
import type { Conversations } from "./model.ts";
import { nameOf } from "./name-of.ts";

export function Details({ conversations, id }: { conversations: Conversations; id: ConversationId }) {
  const conversation = conversations.byId.value.get(id);
  return html`<aside class="details" aria-label=${say("chat.details")}>
    <header class="bar">
      <h2 class="bar-title details-title">${say("details.title")}</h2>
      <${IconButton} icon=${X} label=${say("do.close")} onPress=${() => goBack(chatPath(id))} />
    </header>
    ${conversation && html`<${Person} conversations=${conversations} conversation=${conversation} />`}
  </aside>`;
}

function Person({
  conversations,
  conversation,
}: {
  conversations: Conversations;
  conversation: ConversationView;
}) {
  const { peer } = conversation;
  const name = nameOf(conversation);
  const saved = conversation.kind === "saved";
  return html`<div class="details-body">
    ${saved ? html`<${SavedAvatar} size="large" />` : html`<${Avatar} name=${name} size="large" />`}
    <h3 class="details-name" dir="auto">${name}</h3>
    <section class="details-part">
      <h4>${say("details.encrypted")}</h4>
      <p>${saved ? say("details.encrypted_self") : say("details.encrypted_text", { name })}</p>
    </section>
    ${peer && html`<${Acquaintance} load=${() => conversations.profile(peer.accountId)} name=${name} />`}
  </div>`;
}

type Asked = Profile | "asking" | "failed";

function Acquaintance({ load, name }: { load: () => Promise<Profile>; name: string }) {
  const asked = useSignal<Asked>("asking");
  const ask = () => {
    asked.value = "asking";
    load().then(
      (profile) => {
        asked.value = profile;
      },
      () => {
        asked.value = "failed";
      },
    );
  };
  useEffect(ask, []);
  const profile = asked.value;
  if (profile === "asking") return html`<${Waiting} text=${say("details.loading", { name })} />`;
  if (profile === "failed")
    return html`<${Notice} title=${say("details.failed")}><${Button} label=${say("do.try_again")} onPress=${ask} /><//>`;
  if (!profile.firstUse) return html`<p class="details-part">${say("details.known", { name })}</p>`;
  return html`<section class="details-part">
    <h4>${say("details.first_use")}</h4>
    <p>${say("details.first_use_text", { name })}</p>
  </section>`;
}
