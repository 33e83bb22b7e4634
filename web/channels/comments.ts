import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { Flag, Trash2 } from "lucide";
import { useEffect } from "preact/hooks";
import { TEXT_LIMIT } from "../../src/protocol/content.ts";
import type { Conversations } from "../conversations/model.ts";
import { nameOfPerson } from "../conversations/name-of.ts";
import type { Words as WordsPart } from "../conversations/words.ts";
import type { CommentView } from "../delivery/channels/commands.ts";
import type { ConversationView, MessageView } from "../delivery/patches.ts";
import { withoutTurns } from "../languages/isolate.ts";
import { say } from "../languages/language.ts";
import { sayFailure } from "../languages/say-failure.ts";
import { sayExactly, sayMoment } from "../languages/say-time.ts";
import { LaterPerson } from "../people/later-person.ts";
import { readFailure } from "../read-failure.ts";
import { LaterReport } from "../reports/later-report.ts";
import { Button, IconButton } from "../ui/button.ts";
import { Dialog } from "../ui/dialog.ts";
import { Alert } from "../ui/notice.ts";
import { TextArea } from "../ui/text-area.ts";

interface Props {
  conversations: Conversations;
  conversation: ConversationView;
  post: MessageView;
  Words: typeof WordsPart;
  onClose: () => void;
}

export function Comments({ conversations, conversation, post, Words, onClose }: Props) {
  const { comments, next, failure, busy, words, read, earlier, send, remove } = useComments(
    conversations,
    conversation,
    post,
  );
  const met = useSignal<CommentView | undefined>(undefined);
  const reported = useSignal<CommentView | undefined>(undefined);
  const mayRemove = (one: CommentView) => one.mine || conversation.channel?.mayWrite === true;
  return html`<${Dialog} title=${say("channel.comments")} onClose=${onClose}>
    <blockquote class="comments-post"><${Words} body=${post.body} conversation=${conversation} /></blockquote>
    ${failure.value !== undefined && html`<${Alert} text=${sayFailure(failure.value)} />`}
    ${next.value !== undefined && html`<${Button} label=${say("channel.earlier_comments")} kind="quiet" onPress=${earlier} />`}
    ${comments.value?.length === 0 && html`<p class="details-quiet">${say("channel.no_comments")}</p>`}
    <ol class="comments">
      ${comments.value?.map(
        (one) => html`<li key=${one.id} class="comment">
          <p class="comment-head">
            <${Writer} comment=${one} onPerson=${() => {
              met.value = one;
            }} />
            <time title=${sayExactly(one.sentAt)}>${sayMoment(one.sentAt, Date.now())}</time>
            ${
              !one.mine &&
              one.text !== undefined &&
              html`<${IconButton} icon=${Flag} label=${say("channel.report_comment", { name: one.username })} onPress=${() => {
                reported.value = one;
              }} />`
            }
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
    ${
      met.value &&
      html`<${LaterPerson}
        conversations=${conversations}
        conversation=${conversation}
        accountId=${met.value.sender}
        username=${met.value.username}
        onClose=${() => {
          met.value = undefined;
          void read();
        }}
      />`
    }
    ${
      reported.value &&
      html`<${LaterReport}
        conversations=${conversations}
        conversation=${conversation}
        accountId=${reported.value.sender}
        username=${reported.value.username}
        said=${{ kind: "comment", text: reported.value.text ?? "", sentAt: reported.value.sentAt }}
        onClose=${() => {
          reported.value = undefined;
          void read();
        }}
      />`
    }
  <//>`;
}

function Writer({ comment, onPerson }: { comment: CommentView; onPerson: () => void }) {
  if (comment.mine) return html`<bdi class="comment-name">${say("group.you")}</bdi>`;
  const name = withoutTurns(nameOfPerson(comment.sender, comment.username));
  return html`<button class="comment-name" type="button" title=${say("people.do", { name })} onClick=${onPerson}><bdi>${name}</bdi></button>`;
}

/** Oldest first, as a talk is read; read anew when somebody writes or removes one. */
function useComments({ doChannel, commented }: Conversations, { id }: ConversationView, post: MessageView) {
  const comments = useSignal<readonly CommentView[] | undefined>(undefined);
  const next = useSignal<number | undefined>(undefined);
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
  const readFrom = async (before: number) => {
    const page = await doChannel({ kind: "read_comments", ...about, before });
    const known = before === 0 ? [] : (comments.value ?? []);
    comments.value = [...page.comments.toReversed(), ...known];
    next.value = page.next;
  };
  const earlier = () => attempt(() => readFrom(next.value ?? 0));
  const read = () => attempt(() => readFrom(0));
  const send = async () => {
    const text = words.value.trim();
    if (text === "" || busy.value) return;
    busy.value = true;
    await attempt(async () => {
      await doChannel({ kind: "comment", ...about, text });
      words.value = "";
      await readFrom(0);
    });
    busy.value = false;
  };
  const remove = (one: CommentView) =>
    attempt(async () => {
      await doChannel({ kind: "delete_comment", conversationId: id, commentId: one.id });
      await readFrom(0);
    });
  const told = commented.value?.post === post.id ? commented.value : undefined;
  useEffect(() => {
    void read();
  }, [post.id, told]);
  return { comments, next, failure, busy, words, read, earlier, send, remove };
}
