import { useModel } from "@preact/signals";
import { html } from "htm/preact";
import { Bookmark, Boxes, Eye, Megaphone, UserPlus, Users } from "lucide";
import type { FoundChannelProps } from "../channels/found-channel.ts";
import { say } from "../languages/language.ts";
import { INVITING, navigate, SETTINGS } from "../routes.ts";
import { Button } from "../ui/button.ts";
import { Dialog } from "../ui/dialog.ts";
import { Field } from "../ui/field.ts";
import { Icon } from "../ui/icon.ts";
import { later } from "../ui/later.ts";
import { mayInvite } from "./may-invite.ts";
import type { Conversations, SignedIn } from "./model.ts";
import { sayProblem } from "./say-problem.ts";
import { Search } from "./search-model.ts";

const LaterFound = later<FoundChannelProps>(
  async () => (await import("../channels/found-channel.ts")).FoundChannelCard,
  "channels",
  "begin",
);

interface Props {
  conversations: Conversations;
  me: SignedIn | undefined;
  onGroup: () => void;
  onPrivateChannel: () => void;
  onChannel: () => void;
  onCommunity: () => void;
  onClose: () => void;
}

export function NewConversation(props: Props) {
  const { conversations, me, onGroup, onPrivateChannel, onChannel, onCommunity, onClose } = props;
  const search = useModel(
    () =>
      new Search({
        conversations,
        own: me?.username,
        found: (path) => {
          onClose();
          navigate(path);
        },
      }),
  );
  return html`<${Dialog} title=${say("list.new")} onClose=${onClose}>
    <form
      class="new-form"
      novalidate
      onSubmit=${async (event: SubmitEvent) => {
        event.preventDefault();
        const form = event.currentTarget;
        await search.start();
        if (search.problem.value && form instanceof HTMLFormElement) form.querySelector("input")?.focus();
      }}
    >
      <${Field}
        name="new-username"
        label=${say("field.username")}
        value=${search.username}
        autocomplete="off"
        latin
        focused
        hint=${say("new.hint")}
        error=${sayProblem(search)}
      />
      <${Button}
        label=${search.busy.value ? say("new.working", { name: search.username.value.trim() }) : say("new.submit")}
        kind="main"
        wide
        submits
        busy=${search.busy.value}
      />
    </form>
    ${search.channel.value && html`<${LaterFound} conversations=${conversations} found=${search.channel.value} onClose=${onClose} />`}
    <div class="choices">
      <${Choice} icon=${Users} title=${say("group.new")} text=${say("group.new_hint")} onPress=${onGroup} />
      <${Choice} icon=${Megaphone} title=${say("group.new_channel")} text=${say("group.new_channel_hint")} onPress=${onPrivateChannel} />
      <${Choice} icon=${Boxes} title=${say("community.new")} text=${say("community.new_hint")} onPress=${onCommunity} />
      <${Choice} icon=${Eye} title=${say("channel.new")} text=${say("channel.new_hint")} onPress=${onChannel} />
      <${Choice} icon=${Bookmark} title=${say("new.self")} text=${say("new.self_hint")} onPress=${search.toSelf} />
      ${
        mayInvite(me?.role) &&
        html`<${Choice}
        icon=${UserPlus}
        title=${say("new.invite")}
        text=${say("new.invite_hint")}
        onPress=${() => {
          onClose();
          navigate(SETTINGS + INVITING);
        }}
      />`
      }
    </div>
  <//>`;
}

interface ChoiceProps {
  icon: Parameters<typeof Icon>[0]["of"];
  title: string;
  text: string;
  onPress: () => void;
}

function Choice({ icon, title, text, onPress }: ChoiceProps) {
  return html`<button class="choice" type="button" onClick=${onPress}>
    <${Icon} of=${icon} />
    <span class="choice-words"><span class="choice-title">${title}</span><span class="choice-text">${text}</span></span>
  </button>`;
}
