import { countComments, deleteChannel, deleteComment, leaveChannel } from "../../../src/protocol/channels.ts";
import type { ConversationId, MessageId } from "../../../src/protocol/ids.ts";
import { between } from "../../storage/key.ts";
import { type Client, locked } from "../client.ts";
import type { Results } from "../commands.ts";
import { Refused } from "../failures.ts";
import type { LiveSession } from "../session/live-session.ts";
import type { ChannelCommand } from "./commands.ts";
import { readComments, writeComment } from "./comments.ts";
import { authorNamed, createChannel, findChannel, joinChannel } from "./join-channel.ts";
import { changePost, changeStatement, post } from "./write-entry.ts";

export async function runChannelCommand(
  session: LiveSession,
  command: ChannelCommand,
  messageId: MessageId,
): Promise<Results[ChannelCommand["kind"]]> {
  const { client } = session;
  switch (command.kind) {
    case "find_channel":
      return findChannel(client, command.handle);
    case "create_channel":
      return heard(session, await createChannel(client, command));
    case "join_channel":
      return heard(session, await joinChannel(client, command.handle));
    case "leave_channel":
      await client.call(leaveChannel, { channelId: command.conversationId }).catch(unlessGone);
      return forgetChannel(client, command.conversationId);
    case "delete_channel":
      await client.call(deleteChannel, { channelId: command.conversationId }).catch(unlessGone);
      return forgetChannel(client, command.conversationId);
    case "change_channel": {
      const { kind: _, conversationId, ...about } = command;
      return changeStatement(client, conversationId, messageId, (before) => ({ ...before, ...about }));
    }
    case "set_channel_admin":
      return setAdmin(client, command, messageId);
    case "post":
      return post(client, command.conversationId, messageId, command.text);
    case "change_post":
      return changePost(client, command.conversationId, messageId, {
        target: command.post,
        text: command.text,
      });
    case "count_comments": {
      const { conversationId: channelId, posts } = command;
      return (await client.call(countComments, { channelId, posts: [...posts] })).counts;
    }
    case "read_comments":
      return readComments(client, command);
    case "comment":
      return writeComment(client, command, messageId, command.text);
    case "delete_comment": {
      const { conversationId: channelId, commentId } = command;
      await client.call(deleteComment, { channelId, commentId });
      return undefined;
    }
  }
}

async function heard(session: LiveSession, id: ConversationId): Promise<ConversationId> {
  await session.tendChannels();
  return id;
}

function unlessGone(cause: unknown): undefined {
  if (!(cause instanceof Refused && cause.code === "channel.not_found")) throw cause;
}

async function setAdmin(
  client: Client,
  { conversationId, username, admin }: Extract<ChannelCommand, { kind: "set_channel_admin" }>,
  messageId: MessageId,
): Promise<undefined> {
  const added = admin ? [await authorNamed(client, username)] : [];
  return changeStatement(client, conversationId, messageId, (before) => ({
    ...before,
    admins: [...before.admins.filter((one) => one.username !== username), ...added],
  }));
}

const AT_A_TIME = 500;

/** All of it leaves this device; it can be read again by whoever joins again. */
export async function forgetChannel(client: Client, id: ConversationId): Promise<undefined> {
  await locked(client, async (change) => change.remove("channels", id));
  client.tell({ kind: "forgotten", conversationId: id });
  for (let more = true; more; ) {
    const gone = await locked(client, async (change) => {
      const stored = await change.list("messages", { ...between(id, 0), limit: AT_A_TIME });
      for (const { key, value } of stored) {
        change.remove("messages", key);
        change.remove("message_ids", `${id}|${value.messageId}`);
        change.remove("deeds", `${id}|${value.messageId}`);
      }
      return stored.map(({ value }) => value.messageId);
    });
    if (gone.length > 0) client.tell({ kind: "removed", conversationId: id, ids: gone });
    more = gone.length === AT_A_TIME;
  }
}
