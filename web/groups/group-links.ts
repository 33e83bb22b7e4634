import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { Link } from "lucide";
import { useEffect } from "preact/hooks";
import type { AccountId, LinkId } from "../../src/protocol/ids.ts";
import type { Conversations } from "../conversations/model.ts";
import type { LinkView } from "../delivery/links/commands.ts";
import type { ConversationView } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { readFailure } from "../read-failure.ts";
import { Button } from "../ui/button.ts";
import { Alert } from "../ui/notice.ts";
import { AskFirst } from "./ask-first.ts";
import { GroupLink } from "./group-link.ts";
import { JoinRequests } from "./join-requests.ts";
import { isChannel } from "./may.ts";
import { NewLink } from "./new-link.ts";

interface Props {
  conversations: Conversations;
  conversation: ConversationView;
}

type Asking = { readonly kind: "creating" } | { readonly kind: "revoking"; readonly linkId: LinkId };

/** Who asks to be let in, and the links that lead here; for those who may add members. */
export function GroupLinks({ conversations, conversation }: Props) {
  const { id: conversationId, group } = conversation;
  const { links, shown, busy, failure, attempt } = useLinks(conversations, conversation);
  const asking = useSignal<Asking | undefined>(undefined);
  const close = () => {
    asking.value = undefined;
  };
  const answer = (accountId: AccountId, admit: boolean) =>
    attempt(() => conversations.doLink({ kind: "answer_request", conversationId, accountId, admit }));
  const revoke = (linkId: LinkId) => {
    close();
    void attempt(() => conversations.doLink({ kind: "revoke_link", conversationId, linkId }));
  };
  return html`<section class="details-part" aria-labelledby="group-links">
    ${group?.asking && html`<${JoinRequests} asking=${group.asking} busy=${busy.value} onAnswer=${answer} />`}
    <h3 id="group-links">${group?.community ? say("community.links") : say("links.title")}</h3>
    <p>${say("links.text")}</p>
    ${busy.value && html`<p class="waiting" role="status">${say("group.working")}</p>`}
    ${failure.value !== undefined && html`<${Alert} text=${sayFailure(failure.value)} />`}
    <ul class="group-links">
      ${links.value?.map(
        (link) => html`<${GroupLink}
          key=${link.linkId}
          conversation=${conversation}
          link=${link}
          open=${shown.value === link.linkId}
          onOpen=${(on: boolean) => {
            shown.value = on ? link.linkId : undefined;
          }}
          onRevoke=${() => {
            asking.value = { kind: "revoking", linkId: link.linkId };
          }}
        />`,
      )}
    </ul>
    <${Button}
      label=${say("links.create")}
      icon=${Link}
      wide
      onPress=${() => {
        asking.value = { kind: "creating" };
      }}
    />
    ${
      asking.value?.kind === "creating" &&
      html`<${NewLink}
        channel=${isChannel(conversation)}
        onCreate=${(wish: { expiresIn: number; uses: number; approval: boolean }) => {
          close();
          void attempt(async () => {
            const made = await conversations.doLink({ kind: "create_link", conversationId, ...wish });
            shown.value = made.linkId;
          });
        }}
        onClose=${close}
      />`
    }
    ${asking.value?.kind === "revoking" && html`<${Revoking} linkId=${asking.value.linkId} onDo=${revoke} onClose=${close} />`}
  </section>`;
}

interface RevokingProps {
  linkId: LinkId;
  onDo: (linkId: LinkId) => void;
  onClose: () => void;
}

function Revoking({ linkId, onDo, onClose }: RevokingProps) {
  return html`<${AskFirst}
    title=${say("links.revoke_title")}
    text=${say("links.revoke_text")}
    deed=${say("links.revoke")}
    onDo=${() => onDo(linkId)}
    onClose=${onClose}
  />`;
}

/** The list as the group has it; looked at again when people come, and after each deed. */
function useLinks(conversations: Conversations, { id: conversationId, group }: ConversationView) {
  const links = useSignal<readonly LinkView[] | undefined>(undefined);
  const shown = useSignal<LinkId | undefined>(undefined);
  const busy = useSignal(false);
  const failure = useSignal<string | undefined>(undefined);
  const look = async () => {
    links.value = await conversations.doLink({ kind: "list_links", conversationId });
  };
  const attempt = async (work: () => Promise<unknown>) => {
    if (busy.value) return;
    busy.value = true;
    failure.value = undefined;
    try {
      await work();
      await look();
    } catch (error) {
      failure.value = readFailure(error);
    } finally {
      busy.value = false;
    }
  };
  const people = group?.people.filter(({ rank }) => rank !== undefined).length;
  useEffect(() => {
    look().catch((error) => {
      failure.value = readFailure(error);
    });
  }, [conversationId, people]);
  return { links, shown, busy, failure, attempt };
}
