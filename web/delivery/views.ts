import type { AccountId, ConversationId } from "../../src/protocol/ids.ts";
import { between, EVERYTHING } from "../storage/key.ts";
import type { ConversationRecord, MessageRecord, Outgoing, PersonRecord } from "../storage/records.ts";
import type { Reader } from "../storage/vault.ts";
import { attachmentView } from "./attachments/uploads.ts";
import { asPlaced, withWaiting } from "./deeds/apply-deed.ts";
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
    ...(message.earlier?.length ? { earlier: message.earlier } : {}),
    ...(message.reactions?.length ? { reactions: message.reactions } : {}),
    ...(isOfImpostor(conversation, message, mine) ? { impostor: true as const } : {}),
  };
}

function textView({
  text,
  attachments,
  replyTo,
  forwarded,
}: Extract<MessageRecord["body"], { kind: "text" }>): MessageView["body"] {
  return {
    kind: "text",
    text,
    ...(attachments ? { attachments: attachments.map(attachmentView) } : {}),
    ...(replyTo ? { replyTo } : {}),
    ...(forwarded ? { forwarded } : {}),
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
  };
}

export function conversationView(
  me: AccountId,
  id: ConversationId,
  conversation: ConversationRecord,
  waiting: readonly Outgoing[],
  person: PersonRecord | undefined,
): ConversationView {
  const newest = waiting.findLast(({ content, hidden }) => content.kind === "text" && !hidden);
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
    ...(Object.values(conversation.shelf).includes(true) ? { shelf: conversation.shelf } : {}),
    readUpTo: conversation.readUpTo,
    changedAt: Math.max(conversation.changedAt, newest?.createdAt ?? 0),
    state: conversation.state,
    ...(person && person.standing !== "accepted" ? { standing: person.standing } : {}),
    ...(conversation.state === "frozen" ? { frozenBy: conversation.frozenBy } : {}),
    ...(conversation.identityChanged ? { identityChanged: true as const } : {}),
    ...(conversation.differs ? { doubt: "history_differs" as const } : {}),
  };
}

/** One conversation's row as it stands in storage now. */
export async function readConversationView(
  reader: Reader,
  me: AccountId,
  id: ConversationId,
): Promise<ConversationView | undefined> {
  const conversation = await reader.read("conversations", id);
  if (!conversation) return undefined;
  const { peer } = conversation;
  const person = peer ? await reader.read("people", peer.accountId) : undefined;
  return conversationView(me, id, conversation, await waitingIn(reader, id), person);
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
  return conversations.map(({ key, value }) => {
    const id = key as ConversationId;
    const person = value.peer ? people.get(value.peer.accountId) : undefined;
    return conversationView(me, id, value, byConversation.get(id) ?? [], person);
  });
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

function groupView(me: AccountId, { people, about, membersMayAdd }: ConversationRecord): GroupView {
  const own = people.find(({ accountId }) => accountId === me)?.rank ?? undefined;
  return {
    name: about?.name,
    description: about?.description ?? "",
    me,
    people: people.map(({ accountId, username, rank }) => ({ accountId, username, rank: rank ?? undefined })),
    mayAdd: own === "owner" || own === "admin" || (own !== undefined && membersMayAdd),
  };
}
