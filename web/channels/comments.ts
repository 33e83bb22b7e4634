import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { Trash2 } from "lucide";
import { useEffect } from "preact/hooks";
import { TEXT_LIMIT } from "../../src/protocol/content.ts";
import type { Conversations } from "../conversations/model.ts";
import type { Words as WordsPart } from "../conversations/words.ts";
import type { CommentView, ConversationView, MessageView } from "../delivery/patches.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { sayExactly, sayMoment } from "../languages/say-time.ts";
import { readFailure } from "../read-failure.ts";
import { Button, IconButton } from "../ui/button.ts";
import { Dialog } from "../ui/dialog.ts";
import { Alert } from "../ui/notice.ts";
import { TextArea } from "../ui/text-area.ts";

/** A page of the server's. */
const PAGE = 50;

interface Props {
  conversations: Conversations;
  conversation: ConversationView;
  post: MessageView;
  Words: typeof WordsPart;
  onClose: () => void;
}

export function Comments({ conversations, conversation, post, Words, onClose }: Props) {
  const { comments, hasMore, failure, busy, words, earlier, send, remove } = useComments(
    conversations,
    conversation,
    post,
  );
  const mayRemove = (one: CommentView) => one.mine || conversation.channel?.mayWrite === true;
  return html`<${Dialog} title=${say("channel.comments")} onClose=${onClose}>
    <blockquote class="comments-post"><${Words} body=${post.body} conversation=${conversation} /></blockquote>
    ${failure.value !== undefined && html`<${Alert} text=${sayFailure(failure.value)} />`}
    ${hasMore.value && html`<${Button} label=${say("channel.earlier_comments")} kind="quiet" onPress=${earlier} />`}
    ${comments.value?.length === 0 && html`<p class="details-quiet">${say("channel.no_comments")}</p>`}
    <ol class="comments">
      ${comments.value?.map(
        (one) => html`<li key=${one.id} class="comment">
          <p class="comment-head">
            <bdi class="comment-name">${one.mine ? say("group.you") : one.username}</bdi>
            <time title=${sayExactly(one.sentAt)}>${sayMoment(one.sentAt, Date.now())}</time>
            ${mayRemove(one) && html`<${IconButton} icon=${Trash2} label=${say("channel.delete_comment", { name: one.username })} onPress=${() => remove(one)} />`}
          </p>
          ${
            one.text === undefined
              ? html`<em>${say("channel.comment_refused")}</em>`
              : html`<div class="comment-words" dir="auto"><${Words} body=${{ kind: "text", text: one.text }} conversation=${conversation} /></div>`
          }
        </li>`,
      )}
    </ol>
    <form
      class="new-form"
      onSubmit=${(event: Event) => {
        event.preventDefault();
        void send();
      }}
    >
      <${TextArea} label=${say("channel.comment")} value=${words} most=${TEXT_LIMIT} />
      <p class="channel-label">${say("channel.comment_public")}</p>
      <${Button} label=${say("channel.send_comment")} kind="main" submits busy=${busy.value} />
    </form>
  <//>`;
}

/** Oldest first, as a talk is read; read anew when somebody writes or removes one. */
function useComments({ doChannel, commented }: Conversations, { id }: ConversationView, post: MessageView) {
  const comments = useSignal<readonly CommentView[] | undefined>(undefined);
  const hasMore = useSignal(false);
  const failure = useSignal<string | undefined>(undefined);
  const busy = useSignal(false);
  const words = useSignal("");
  const about = { conversationId: id, post: post.id };
  const attempt = async (work: () => Promise<unknown>) => {
    failure.value = undefined;
    try {
      await work();
    } catch (error) {
      failure.value = readFailure(error);
    }
  };
  const read = async (before: number) => {
    const page = await doChannel({ kind: "read_comments", ...about, before });
    const known = before === 0 ? [] : (comments.value ?? []);
    comments.value = [...page.toReversed(), ...known];
    hasMore.value = page.length === PAGE;
  };
  const earlier = () => attempt(() => read(comments.value?.[0]?.place ?? 0));
  const send = async () => {
    const text = words.value.trim();
    if (text === "" || busy.value) return;
    busy.value = true;
    await attempt(async () => {
      await doChannel({ kind: "comment", ...about, text });
      words.value = "";
      await read(0);
    });
    busy.value = false;
  };
  const remove = (one: CommentView) =>
    attempt(async () => {
      await doChannel({ kind: "delete_comment", conversationId: id, commentId: one.id });
      await read(0);
    });
  const told = commented.value?.post === post.id ? commented.value : undefined;
  useEffect(() => {
    void attempt(() => read(0));
  }, [post.id, told]);
  return { comments, hasMore, failure, busy, words, earlier, send, remove };
}
