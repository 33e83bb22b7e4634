import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { X } from "lucide";
import type { Conversations } from "../conversations/model.ts";
import { ShelfPart } from "../conversations/shelf.ts";
import type { ChannelCommand } from "../delivery/channels/commands.ts";
import type { AboutGroup } from "../delivery/groups/commands.ts";
import type { ConversationView } from "../delivery/patches.ts";
import { AskFirst } from "../groups/ask-first.ts";
import { EditAbout } from "../groups/edit-about.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { readFailure } from "../read-failure.ts";
import { CHAT, navigate } from "../routes.ts";
import { Button, IconButton } from "../ui/button.ts";
import { Field } from "../ui/field.ts";
import { Alert } from "../ui/notice.ts";
import { Switch } from "../ui/switch.ts";

export interface ChannelDetailsProps {
  conversations: Conversations;
  conversation: ConversationView;
}

export function ChannelDetails({ conversations, conversation }: ChannelDetailsProps) {
  const asking = useSignal<"editing" | "leaving" | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  const { id: conversationId, channel, group } = conversation;
  if (!channel || !group) return null;
  const attempt = async (command: ChannelCommand, leads?: string) => {
    failure.value = undefined;
    asking.value = undefined;
    try {
      await conversations.doChannel(command);
      if (leads) navigate(leads, { replace: true });
    } catch (error) {
      failure.value = readFailure(error);
    }
  };
  const end = channel.isOwner ? "delete_channel" : "leave_channel";
  const isOpen = conversation.state !== "frozen";
  return html`${failure.value !== undefined && html`<${Alert} text=${sayFailure(failure.value)} />`}
    <p class="details-username" dir="ltr">${channel.handle}</p>
    <p class="details-quiet">${say("channel.subscribers", { count: channel.subscribers })}</p>
    ${group.description && html`<p class="details-bio" dir="auto">${group.description}</p>`}
    ${
      channel.isOwner &&
      isOpen &&
      html`<section class="details-part">
        <h3>${say("channel.about")}</h3>
        <${Button} label=${say("channel.change")} wide onPress=${() => {
          asking.value = "editing";
        }} />
        <${Switch} on=${channel.comments} label=${say("channel.comments")} text=${say("channel.comments_text")} onChange=${(comments: boolean) => attempt({ kind: "change_channel", conversationId, comments })} />
      </section>`
    }
    <${Authors} conversation=${conversation} mayChange=${channel.isOwner && isOpen} onDo=${attempt} />
    <${ShelfPart} conversations=${conversations} conversation=${conversation} />
    <section class="details-part">
      <h3>${say("channel.who_reads")}</h3>
      <p>${say("channel.open_to_all_text")}</p>
    </section>
    <section class="details-part">
      <${Button} label=${say(channel.isOwner ? "channel.delete" : "channel.leave")} kind="danger" wide onPress=${() => {
        asking.value = "leaving";
      }} />
    </section>
    ${
      asking.value === "leaving" &&
      html`<${AskFirst}
        title=${say(channel.isOwner ? "channel.delete" : "channel.leave")}
        text=${say(channel.isOwner ? "channel.delete_text" : "channel.leave_text")}
        deed=${say(channel.isOwner ? "channel.delete" : "channel.leave")}
        onDo=${() => attempt({ kind: end, conversationId }, CHAT)}
        onClose=${() => {
          asking.value = undefined;
        }}
      />`
    }
    ${
      asking.value === "editing" &&
      html`<${EditAbout}
        name=${group.name ?? ""}
        description=${group.description}
        words=${{ title: say("channel.change"), name: say("channel.title"), description: say("channel.description"), missing: say("channel.title_missing"), text: say("channel.composer") }}
        onKeep=${({ name: title, description }: AboutGroup) => attempt({ kind: "change_channel", conversationId, title, description })}
        onClose=${() => {
          asking.value = undefined;
        }}
      />`
    }`;
}

interface AuthorsProps {
  conversation: ConversationView;
  mayChange: boolean;
  onDo: (command: ChannelCommand) => Promise<void>;
}

function Authors({ conversation, mayChange, onDo }: AuthorsProps) {
  const added = useSignal("");
  const { id: conversationId, group } = conversation;
  const set = (username: string, admin: boolean) =>
    onDo({ kind: "set_channel_admin", conversationId, username, admin });
  return html`<section class="details-part">
    <h3>${say("channel.authors")}</h3>
    <ul class="channel-authors">
      ${group?.people.map(
        ({ accountId, username, rank }) => html`<li key=${accountId}>
          <bdi>${username}</bdi>
          ${rank === "owner" && html`<span class="details-quiet">${say("channel.owner")}</span>`}
          ${mayChange && rank !== "owner" && html`<${IconButton} icon=${X} label=${say("channel.remove_author", { name: username })} onPress=${() => set(username, false)} />`}
        </li>`,
      )}
    </ul>
    ${
      mayChange &&
      html`<form
        class="new-form"
        onSubmit=${(event: Event) => {
          event.preventDefault();
          const username = added.value.trim().replace(/^@/, "").toLowerCase();
          added.value = "";
          if (username !== "") void set(username, true);
        }}
      >
        <${Field} name="channel-author" label=${say("channel.author_name")} value=${added} autocomplete="off" latin />
        <${Button} label=${say("channel.add_author")} submits wide />
      </form>`
    }
  </section>`;
}
