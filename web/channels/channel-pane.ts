import { useModel, useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { ArrowLeft, Info, MessageCircle, Search } from "lucide";
import { useEffect, useMemo } from "preact/hooks";
import type { AccountId, ConversationId } from "../../src/protocol/ids.ts";
import type { ComposerBox } from "../conversations/composer.ts";
import type { Composer } from "../conversations/composer-model.ts";
import type { Conversations } from "../conversations/model.ts";
import { nameOf, nameOfSender } from "../conversations/name-of.ts";
import type { TimelineView } from "../conversations/timeline.ts";
import type { Words } from "../conversations/words.ts";
import type { ConversationView, MessageView } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { LaterPerson } from "../people/later-person.ts";
import { readFailure } from "../read-failure.ts";
import { CHAT, chatPath, detailsPath, goBack, navigate } from "../routes.ts";
import { Avatar } from "../ui/avatar.ts";
import { Button, IconButton } from "../ui/button.ts";
import { Icon } from "../ui/icon.ts";
import { Alert } from "../ui/notice.ts";
import { Comments } from "./comments.ts";
import { useCommentCounts } from "./count-comments.ts";
import { PostMenu } from "./post-menu.ts";

export interface ChannelPaneProps {
  conversations: Conversations;
  conversation: ConversationView;
  details: boolean;
  onSearch: () => void;
  /** What hinders the network, if anything. */
  waiting: string | undefined;
  /** Of the conversations' own pane, which is there from the first: imported, it would be fetched in pieces. */
  parts: {
    readonly TimelineView: typeof TimelineView;
    readonly ComposerBox: typeof ComposerBox;
    readonly Composer: typeof Composer;
    readonly Words: typeof Words;
  };
}

export function ChannelPane(props: ChannelPaneProps) {
  const { conversations, conversation, details, waiting, parts, onSearch } = props;
  const { id, channel } = conversation;
  const name = nameOf(conversation);
  const timeline = conversations.timelineOf(id);
  const composer = useModel(() => composerOf(conversations, parts.Composer, id));
  const chosen = useSignal<MessageView | undefined>(undefined);
  const met = useSignal<AccountId | undefined>(undefined);
  const discussed = useSignal<MessageView | undefined>(undefined);
  const counts = useCommentCounts(conversations, conversation, timeline.messages.value);
  useMemo(() => timeline.open(conversation), [id]);
  useEffect(() => composer.keep, [id]);
  useEffect(() => {
    if (conversation.shelf?.marked) conversations.shelve(id, { marked: false }).catch(() => undefined);
  }, [id]);
  const beneath = (post: MessageView) =>
    channel?.comments &&
    post.body.kind === "text" &&
    html`<button class="post-comments" type="button" onClick=${() => {
      discussed.value = post;
    }}><${Icon} of=${MessageCircle} size=${16} /> ${sayComments(counts.get(post.id) ?? 0)}</button>`;
  return html`<section class="conversation" aria-label=${say("chat.region", { name })}>
    <${Head} conversation=${conversation} name=${name} waiting=${waiting} details=${details} onSearch=${onSearch} />
    ${conversation.doubt && html`<${Alert} text=${say("channel.differs")} />`}
    <${parts.TimelineView}
      timeline=${timeline}
      conversation=${conversation}
      name=${name}
      otherwise=${{ beginning: say("channel.beginning"), refused: say("channel.refused"), beneath }}
      onMore=${(post: MessageView) => {
        if (post.body.kind === "text") chosen.value = post;
      }}
      onPerson=${(accountId: AccountId) => {
        met.value = accountId;
      }}
    />
    ${
      conversation.state === "frozen"
        ? html`<${Gone} conversations=${conversations} id=${id} />`
        : channel?.mayWrite
          ? html`<p class="channel-label">${say("channel.composer")}</p>
            <${parts.ComposerBox}
              composer=${composer}
              conversation=${{ state: "ready" }}
              name=${name}
              failure=${undefined}
              onSent=${timeline.forgetUnread}
              nameOf=${(post: MessageView) => nameOfSender(conversation, post.sender)}
              emojiUsed=${conversations.emojiUsed}
              lastOwn=${() => timeline.messages.value.findLast(({ mine, body }) => mine && body.kind === "text")}
            />`
          : html`<footer class="channel-label channel-readers">${say("channel.readers")}</footer>`
    }
    ${
      chosen.value &&
      html`<${PostMenu}
        conversations=${conversations}
        conversation=${conversation}
        composer=${composer}
        post=${chosen.value}
        onClose=${() => {
          chosen.value = undefined;
        }}
      />`
    }
    ${
      met.value &&
      html`<${LaterPerson}
      conversations=${conversations}
      conversation=${conversation}
      accountId=${met.value}
      onClose=${() => {
        met.value = undefined;
      }}
    />`
    }
    ${
      discussed.value &&
      html`<${Comments} Words=${parts.Words} conversations=${conversations} conversation=${conversation} post=${discussed.value} onClose=${() => {
        discussed.value = undefined;
      }} />`
    }
  </section>`;
}

function sayComments(count: number): string {
  return count === 0 ? say("channel.write_comment") : say("channel.comment_count", { count });
}

function composerOf(
  { doChannel }: Conversations,
  Model: ChannelPaneProps["parts"]["Composer"],
  conversationId: ConversationId,
): Composer {
  const composer = new Model({
    readDraft: () => doChannel({ kind: "read_draft", conversationId }),
    keepDraft: (text) => doChannel({ kind: "draft", conversationId, text }),
    typing: async () => undefined,
    send: (text, _files, doing) =>
      doing?.kind === "edit"
        ? doChannel({ kind: "change_post", conversationId, post: doing.message.id, text })
        : doChannel({ kind: "post", conversationId, text }),
  });
  composer.restore();
  return composer;
}

function Head({
  conversation,
  name,
  waiting,
  details,
  onSearch,
}: {
  conversation: ConversationView;
  name: string;
  waiting: string | undefined;
  details: boolean;
  onSearch: () => void;
}) {
  const { id, channel } = conversation;
  const about = details ? chatPath(id) : detailsPath(id);
  return html`<header class="bar">
    <${IconButton} icon=${ArrowLeft} mirrored class="only-phone" label=${say("do.back")} onPress=${() => goBack(CHAT)} />
    <a class="head-person" href=${about}>
      <${Avatar} name=${name} size="small" />
      <div class="head-words">
        <h1 class="bar-title" dir="auto">${name}</h1>
        <span class="visually-hidden">${say("chat.details")}</span>
        <span class="head-state head-members channel-head">${waiting ?? say("channel.head", { count: channel?.subscribers ?? 0 })}</span>
      </div>
    </a>
    <${IconButton} icon=${Search} label=${say("chat.find")} onPress=${onSearch} />
    <${IconButton}
      icon=${Info}
      label=${say("chat.details")}
      class=${details ? "not-phone icon-button-on" : "not-phone"}
      onPress=${() => (details ? goBack(about) : navigate(about))}
    />
  </header>`;
}

function Gone({ conversations, id }: { conversations: Conversations; id: ConversationId }) {
  const failure = useSignal<string | undefined>(undefined);
  const remove = async () => {
    try {
      await conversations.doChannel({ kind: "leave_channel", conversationId: id });
      navigate(CHAT, { replace: true });
    } catch (error) {
      failure.value = readFailure(error);
    }
  };
  return html`<footer class="composer composer-said">
    <div role="alert">
      <strong>${say("channel.gone")}</strong>
      <p>${say("channel.gone_text")}</p>
      ${failure.value !== undefined && html`<${Alert} text=${sayFailure(failure.value)} />`}
      <${Button} label=${say("channel.remove")} onPress=${remove} />
    </div>
  </footer>`;
}
