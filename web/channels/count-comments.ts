import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { MessageId } from "../../src/protocol/ids.ts";
import type { Conversations } from "../conversations/model.ts";
import type { ConversationView, MessageView } from "../delivery/patches.ts";

const MOST = 200;

/** How many comments the newest loaded posts have, asked anew when some come or go. */
export function useCommentCounts(
  { doChannel, commented, connection }: Conversations,
  { id, channel }: ConversationView,
  messages: readonly MessageView[],
): ReadonlyMap<MessageId, number> {
  const counts = useSignal<ReadonlyMap<MessageId, number>>(new Map());
  const posts = messages.filter(({ body }) => body.kind === "text").slice(-MOST);
  const isOn = channel?.comments === true && connection.value.kind === "online" && posts.length > 0;
  useEffect(() => {
    if (!isOn) return;
    const asked = posts.map((post) => post.id);
    doChannel({ kind: "count_comments", conversationId: id, posts: asked }).then(
      (found) => {
        counts.value = new Map(found.map(({ post, count }) => [post, count]));
      },
      // Without the server the numbers stay as they were known.
      () => undefined,
    );
  }, [id, isOn, posts.length, posts[0]?.id, commented.value]);
  return counts.value;
}
