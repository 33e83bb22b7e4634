import type { AccountId, ConversationId } from "../../../src/protocol/ids.ts";
import type { ChannelRecord, MessageRecord } from "../../storage/records.ts";
import type { ConversationView, MessageView } from "../patches.ts";

export function channelViews(
  me: AccountId,
  channels: readonly { readonly key: string; readonly value: ChannelRecord }[],
): ConversationView[] {
  return channels.map(({ key, value }) => channelView(me, key as ConversationId, value));
}

export function channelView(me: AccountId, id: ConversationId, channel: ChannelRecord): ConversationView {
  const { handle, title, description, authors, subscribers, comments, last, shelf, gone } = channel;
  const [owner] = authors;
  return {
    id,
    kind: "channel",
    peer: undefined,
    channel: {
      handle,
      subscribers,
      comments,
      mayWrite: authors.some(({ accountId }) => accountId === me),
      isOwner: owner?.accountId === me,
    },
    group: {
      name: title,
      description,
      me,
      people: authors.map((one) => ({ ...one, rank: one === owner ? "owner" : "admin" })),
      mayAdd: false,
    },
    last: last ? postView(me, id, last) : undefined,
    shelf,
    unread: channel.unread,
    readUpTo: channel.readUpTo,
    changedAt: channel.changedAt,
    state: gone ? "frozen" : "ready",
    ...(channel.differs ? { doubt: "history_differs" as const } : {}),
  };
}

/** Undefined for what stands in the log and is not shown by itself. */
export function postView(me: AccountId, id: ConversationId, post: MessageRecord): MessageView | undefined {
  const { messageId, sequence, sender, sentAt, earlier, body } = post;
  const isShown = body.kind === "text" || body.kind === "deleted" || body.kind === "refused";
  if (!isShown && body.kind !== "not_understood") return undefined;
  return {
    id: messageId,
    conversationId: id,
    sequence,
    sender,
    mine: sender === me && body.kind !== "refused",
    sentAt,
    body: body.kind === "text" ? { kind: "text", text: body.text } : { kind: body.kind },
    mark: undefined,
    failure: undefined,
    ...(earlier?.length ? { earlier } : {}),
  };
}
