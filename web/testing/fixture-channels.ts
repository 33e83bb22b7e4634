import { type AccountId, type MessageId, newId } from "../../src/protocol/ids.ts";
import type { ChannelCommand, CommentView } from "../delivery/channels/commands.ts";
import type { Results } from "../delivery/commands.ts";
import type { MessageView, Patch } from "../delivery/patches.ts";
import type { FixtureStore } from "./fixture-store.ts";
import { FixtureFailed, type Scene } from "./scene.ts";

/** Public channels that this person is in already, and what is said under their posts. */
export function openFixtureChannels(
  scene: Scene,
  { conversations, messages, messagesOf, change, discard }: FixtureStore,
  me: AccountId,
  push: (patch: Patch) => void,
  isBlocked: (accountId: AccountId) => boolean,
) {
  const comments = new Map<MessageId, readonly CommentView[]>(scene.comments);
  const heard = (post: MessageId) => (comments.get(post) ?? []).filter(({ sender }) => !isBlocked(sender));

  function post({ conversationId, text }: Extract<ChannelCommand, { kind: "post" }>): undefined {
    const list = messagesOf(conversationId);
    const posted: MessageView = {
      id: newId<MessageId>(),
      conversationId,
      sequence: list.length + 1,
      sender: me,
      mine: true,
      sentAt: Date.now(),
      body: { kind: "text", text },
      mark: undefined,
      failure: undefined,
    };
    list.push(posted);
    push({ kind: "messages", conversationId, messages: [posted] });
  }

  function comment({ conversationId, post, text }: Extract<ChannelCommand, { kind: "comment" }>): undefined {
    const before = comments.get(post) ?? [];
    const said = {
      id: newId<MessageId>(),
      place: before.length + 1,
      sender: me,
      username: "amina",
      mine: true,
    };
    comments.set(post, [...before, { ...said, sentAt: Date.now(), text }]);
    push({ kind: "commented", conversationId, post });
  }

  function deleteComment(id: MessageId): undefined {
    for (const [post, all] of comments)
      comments.set(
        post,
        all.filter((one) => one.id !== id),
      );
  }

  return (command: ChannelCommand): Results[ChannelCommand["kind"]] => {
    switch (command.kind) {
      case "post":
        return post(command);
      case "change_post": {
        const { text } = command;
        if (text === undefined) return void discard(command.post);
        return change(command.post, (message) => ({ ...message, body: { kind: "text", text } }));
      }
      case "count_comments":
        return command.posts.map((post) => ({ post, count: comments.get(post)?.length ?? 0 }));
      case "read_comments":
        return { comments: heard(command.post).toReversed(), next: undefined };
      case "comment":
        return comment(command);
      case "delete_comment":
        return deleteComment(command.commentId);
      case "leave_channel":
      case "delete_channel":
        conversations.delete(command.conversationId);
        messages.delete(command.conversationId);
        return void push({ kind: "forgotten", conversationId: command.conversationId });
      case "change_channel":
      case "set_channel_admin":
        return undefined;
      case "find_channel":
      case "create_channel":
      case "join_channel":
        throw new FixtureFailed("channel.not_found");
    }
  };
}
