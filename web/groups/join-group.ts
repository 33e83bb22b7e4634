import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { ArrowLeft } from "lucide";
import { useEffect } from "preact/hooks";
import type { LinkId } from "../../src/protocol/ids.ts";
import type { Conversations } from "../conversations/model.ts";
import type { LinkPreview } from "../delivery/links/commands.ts";
import { withoutTurns } from "../languages/isolate.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { readFailure } from "../read-failure.ts";
import { CHAT, chatPath, goBack, navigate } from "../routes.ts";
import { Avatar } from "../ui/avatar.ts";
import { Button, IconButton } from "../ui/button.ts";
import { Alert, Waiting } from "../ui/notice.ts";

interface Props {
  conversations: Conversations;
  linkId: LinkId;
  secret: string;
}

/** What a link leads to, what joining brings about, and the button that does it. */
export function JoinGroup({ conversations, linkId, secret }: Props) {
  const { preview, failure, busy, look, join } = useLink(conversations, { linkId, secret });
  const shown = preview.value;
  const name = shown && (withoutTurns(shown.name) || say("group.unnamed"));
  return html`<section class="conversation" aria-label=${say("join.title")}>
    <header class="bar">
      <${IconButton} icon=${ArrowLeft} mirrored class="only-phone" label=${say("do.back")} onPress=${() => goBack(CHAT)} />
      <h1 class="bar-title">${say("join.title")}</h1>
    </header>
    <div class="join" data-community=${shown?.community && ""}>
      ${
        shown &&
        html`<${Avatar} name=${name} size="large" />
        <h2 class="beginning-name" dir="auto">${name}</h2>
        <p>${say(membersWord(shown), { count: shown.members })}</p>
        <${Offer} shown=${shown} busy=${busy.value} onJoin=${join} />`
      }
      ${failure.value !== undefined && html`<${Alert} text=${sayFailure(failure.value)} />`}
      ${failure.value !== undefined && !shown && html`<${Button} label=${say("do.try_again")} onPress=${look} />`}
      ${!shown && failure.value === undefined && html`<${Waiting} text=${say("join.looking")} />`}
    </div>
  </section>`;
}

interface OfferProps {
  shown: LinkPreview;
  busy: boolean;
  onJoin: () => void;
}

function Offer({ shown, busy, onJoin }: OfferProps) {
  const { standing, approval, conversationId } = shown;
  if (standing === "waiting") return html`<p role="status">${say("join.waiting")}</p>`;
  if (standing === "inside")
    return html`<p>${say("join.inside")}</p>
      ${conversationId && html`<${Button} label=${say("join.open")} kind="main" onPress=${() => navigate(chatPath(conversationId), { replace: true })} />`}`;
  const deed = approval ? say("join.ask") : say("join.join");
  return html`<p>${say("join.reads")}</p>
    <p>${say("join.seen")}</p>
    ${approval && html`<p>${say("join.ask_text")}</p>`}
    <${Button} label=${busy ? say("join.joining") : deed} kind="main" busy=${busy} onPress=${onJoin} />`;
}

function useLink(conversations: Conversations, link: { linkId: LinkId; secret: string }) {
  const preview = useSignal<LinkPreview | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  const busy = useSignal(false);
  const isOnline = conversations.connection.value.kind === "online";
  const look = async () => {
    failure.value = undefined;
    try {
      preview.value = await conversations.doLink({ kind: "look_at_link", ...link });
    } catch (error) {
      failure.value = readFailure(error);
    }
  };
  const join = async () => {
    busy.value = true;
    failure.value = undefined;
    try {
      const id = await conversations.doLink({ kind: "join_by_link", ...link });
      if (id) navigate(chatPath(id), { replace: true });
      else await look();
    } catch (error) {
      failure.value = readFailure(error);
    } finally {
      busy.value = false;
    }
  };
  useEffect(() => {
    if (isOnline && !preview.value) void look();
  }, [link.linkId, link.secret, isOnline]);
  return { preview, failure, busy, look, join };
}

function membersWord({ channel, community }: LinkPreview) {
  if (community) return "community.members";
  return channel ? "group.channel_of" : "group.members";
}
