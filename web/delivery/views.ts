import type { AccountId, ConversationId } from "../../src/protocol/ids.ts";
import { between, EVERYTHING } from "../storage/key.ts";
import type {
  ConversationRecord,
  MessageRecord,
  Outgoing,
  PersonRecord,
  Records,
} from "../storage/records.ts";
import type { Reader } from "../storage/vault.ts";
import { attachmentView } from "./attachments/uploads.ts";
import { communityView } from "./communities/community-view.ts";
import { asPlaced, withWaiting } from "./deeds/apply-deed.ts";
import { mayDo } from "./groups/people.ts";
import { same } from "./inbox/pins.ts";
import type { ConversationView, GroupView, Mark, MessageView } from "./patches.ts";

const ALL = 10_000;

/** Undefined for a change of the group that nobody is shown. */
export function messageView(
  me: AccountId,
  id: ConversationId,
  conversation: ConversationRecord,
  message: MessageRecord,
): MessageView | undefined {
  const { body, sequence } = message;
  if (!isShown(body)) return undefined;
  const mine = message.sender === me;
  return {
    id: message.messageId,
    conversationId: id,
    sequence,
    sender: message.sender,
    mine,
    sentAt: message.sentAt,
    writtenAt: message.writtenAt,
    body: body.kind === "text" ? textView(body) : body.kind === "not_understood" ? { kind: body.kind } : body,
    mark: mine && body.kind === "text" ? markAt(me, conversation, sequence) : undefined,
    failure: undefined,
    ...(message.expiresAt === undefined ? {} : { expiresAt: message.expiresAt }),
    ...(message.hasty ? { hasty: message.hasty } : {}),
    ...(message.pinned ? { pinned: message.pinned } : {}),
    ...(message.earlier?.length ? { earlier: message.earlier } : {}),
    ...(message.votes?.length ? { votes: message.votes } : {}),
    ...(message.closed ? { closed: message.closed } : {}),
    ...(message.reactions?.length ? { reactions: message.reactions } : {}),
    ...(isOfImpostor(conversation, message, mine) ? { impostor: true as const } : {}),
  };
}

function textView({
  text,
  attachments,
  poll,
  replyTo,
  forwarded,
  mentions,
  mentionsAll,
}: Extract<MessageRecord["body"], { kind: "text" }>): MessageView["body"] {
  return {
    kind: "text",
    text,
    ...(attachments ? { attachments: attachments.map(attachmentView) } : {}),
    ...(poll ? { poll } : {}),
    ...(replyTo ? { replyTo } : {}),
    ...(forwarded ? { forwarded } : {}),
    ...(mentions ? { mentions } : {}),
    ...(mentionsAll ? { mentionsAll } : {}),
  };
}

type Body = MessageRecord["body"];
type Unshown = Extract<Body, { kind: "commit" | "lost" | "again" | "blocked" | "deed" | "hidden" }>;
const UNSHOWN: readonly Body["kind"][] = ["commit", "lost", "again", "blocked", "deed", "hidden"];

function isShown(body: Body): body is Exclude<Body, Unshown> {
  return !UNSHOWN.includes(body.kind);
}

function isOfImpostor(
  { identityChanged, identityChangedFrom = 0 }: ConversationRecord,
  { sequence, body }: MessageRecord,
  mine: boolean,
): boolean {
  return identityChanged && !mine && body.kind !== "founded" && sequence >= identityChangedFrom;
}

export function outgoingView(
  me: AccountId,
  conversation: ConversationRecord,
  outgoing: Outgoing,
  /** All that is on its way in the same conversation. */
  waiting: readonly Outgoing[] = [],
): MessageView | undefined {
  if (outgoing.content.kind !== "text") return undefined;
  const placed = asPlaced(me, conversation, outgoing);
  if (placed) {
    const now = withWaiting(me, placed, conversation, waiting);
    return messageView(me, outgoing.conversationId, conversation, now);
  }
  return {
    id: outgoing.messageId,
    conversationId: outgoing.conversationId,
    sequence: undefined,
    sender: me,
    mine: true,
    sentAt: outgoing.createdAt,
    writtenAt: undefined,
    body: textView(outgoing.content),
    mark: outgoing.failure === null ? "waiting" : "failed",
    failure: outgoing.failure ?? undefined,
    ...(outgoing.sendAt === undefined ? {} : { sendAt: outgoing.sendAt }),
  };
}

export function conversationView(
  me: AccountId,
  id: ConversationId,
  conversation: ConversationRecord,
  waiting: readonly Outgoing[],
  person: PersonRecord | undefined,
  pinned: Records["pins"] | undefined,
): ConversationView {
  const newest = waiting.findLast(
    ({ content, hidden, sendAt }) => content.kind === "text" && !hidden && sendAt === undefined,
  );
  const stored = conversation.last ? messageView(me, id, conversation, conversation.last) : undefined;
  return {
    id,
    kind: conversation.kind,
    peer: conversation.peer
      ? { ...conversation.peer, nickname: person?.nickname, seenAt: conversation.seenAt }
      : undefined,
    ...(conversation.kind === "group" ? { group: groupView(me, conversation) } : {}),
    last: newest ? outgoingView(me, conversation, newest, waiting) : stored,
    unread: conversation.unread,
    ...(conversation.timer === undefined ? {} : { timer: conversation.timer }),
    ...(conversation.pins?.length ? { pins: conversation.pins } : {}),
    ...(conversation.calls?.length ? { calls: conversation.calls } : {}),
    ...(isChosen(conversation.shelf) ? { shelf: conversation.shelf } : {}),
    readUpTo: conversation.readUpTo,
    changedAt: Math.max(conversation.changedAt, newest?.createdAt ?? 0),
    state: conversation.state,
    ...(person && person.standing !== "accepted" ? { standing: person.standing } : {}),
    ...(conversation.state === "frozen" ? { frozenBy: conversation.frozenBy } : {}),
    ...(conversation.identityChanged ? { identityChanged: true as const } : {}),
    ...(isVerified(pinned) && !conversation.identityChanged ? { verified: true as const } : {}),
    ...(conversation.differs ? { doubt: "history_differs" as const } : {}),
    ...(conversation.deviceDoubts
      ? { deviceDoubts: conversation.deviceDoubts.map((one) => ({ ...one, mine: one.accountId === me })) }
      : {}),
  };
}

/** Of another root than now it says nothing. */
export function isVerified(pinned: Records["pins"] | undefined): boolean {
  return pinned?.verified !== undefined && same(pinned.verified, pinned.root);
}

function isChosen(shelf: ConversationRecord["shelf"]): boolean {
  return Object.values(shelf).includes(true) || (shelf.folders?.length ?? 0) > 0;
}

/** One conversation's row as it stands in storage now. */
export async function readConversationView(
  reader: Reader,
  me: AccountId,
  id: ConversationId,
): Promise<ConversationView | undefined> {
  const conversation = await reader.read("conversations", id);
  if (!conversation) {
    const channel = await reader.read("channels", id);
    return channel && (await import("./channels/channel-view.ts")).channelView(me, id, channel);
  }
  if (conversation.unwanted) return undefined;
  const { peer } = conversation;
  const person = peer ? await reader.read("people", peer.accountId) : undefined;
  const pinned = peer ? await reader.read("pins", peer.accountId) : undefined;
  return conversationView(me, id, conversation, await waitingIn(reader, id), person, pinned);
}

export async function readConversationViews(reader: Reader, me: AccountId): Promise<ConversationView[]> {
  const conversations = await reader.list("conversations", { ...EVERYTHING, limit: ALL });
  const waiting = await reader.list("outbox", { ...EVERYTHING, limit: ALL });
  const people = new Map(
    (await reader.list("people", { ...EVERYTHING, limit: ALL })).map(({ key, value }) => [key, value]),
  );
  const byConversation = Map.groupBy(
    waiting.map(({ value }) => value),
    ({ conversationId }) => conversationId,
  );
  const wanted = conversations.filter(({ value }) => !value.unwanted);
  const channels = await reader.list("channels", { ...EVERYTHING, limit: ALL });
  const pins = await Promise.all(
    wanted.map(({ value: { peer } }) => (peer ? reader.read("pins", peer.accountId) : undefined)),
  );
  return [
    ...wanted.map(({ key, value }, place) => {
      const id = key as ConversationId;
      const person = value.peer ? people.get(value.peer.accountId) : undefined;
      return conversationView(me, id, value, byConversation.get(id) ?? [], person, pins[place]);
    }),
    ...(channels.length === 0 ? [] : (await import("./channels/channel-view.ts")).channelViews(me, channels)),
  ];
}

export async function waitingIn(reader: Reader, id: ConversationId): Promise<Outgoing[]> {
  const found = await reader.list("outbox", { ...between(id, 0), limit: ALL });
  return found.map(({ value }) => value);
}

function markAt(me: AccountId, conversation: ConversationRecord, sequence: number): Mark {
  if (conversation.kind === "group") return groupMarkAt(me, conversation, sequence);
  if (sequence <= conversation.read) return "read";
  return sequence <= conversation.delivered ? "delivered" : "sent";
}

/** By the slowest of those who were in when it was written. */
function groupMarkAt(me: AccountId, { people }: ConversationRecord, sequence: number): Mark {
  const reached = people.filter(
    ({ accountId, rank, joined }) => accountId !== me && rank !== null && joined < sequence,
  );
  if (reached.length === 0) return "sent";
  if (reached.every(({ read }) => read >= sequence)) return "read";
  return reached.every(({ delivered }) => delivered >= sequence) ? "delivered" : "sent";
}

function groupView(me: AccountId, conversation: ConversationRecord): GroupView {
  const { people, about, rights, pausedUntil, refusedChange, asking = [] } = conversation;
  const mayAdd = mayDo(conversation, me, "addMembers");
  const inside = new Set(people.flatMap(({ accountId, rank }) => (rank === null ? [] : accountId)));
  const outside = asking.flatMap(({ accountId, username }) =>
    inside.has(accountId) ? [] : { accountId, username },
  );
  return {
    name: about?.name,
    description: about?.description ?? "",
    me,
    people: people.map(({ accountId, username, rank, read, joined }) => ({
      accountId,
      username,
      rank: rank ?? undefined,
      read,
      joined,
    })),
    mayAdd,
    ...(conversation.community ? { community: communityView(conversation.community) } : {}),
    rights,
    ...(mayDo(conversation, me, "write") ? {} : { silent: true }),
    ...(pausedUntil === undefined ? {} : { pausedUntil }),
    ...(refusedChange === undefined ? {} : { refusedChange }),
    ...(mayAdd && outside.length > 0 ? { asking: outside } : {}),
  };
}
