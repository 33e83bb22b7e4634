import type { Deed } from "../../../src/protocol/content.ts";
import type { AccountId } from "../../../src/protocol/ids.ts";
import {
  type ConversationRecord,
  type FrankingRecord,
  type MessageRecord,
  MOST_EARLIER,
  type Outgoing,
} from "../../storage/records.ts";
import { earlier } from "../expiry/expiries.ts";
import { mayDo } from "../groups/people.ts";
import { bodyOf } from "../inbox/batch.ts";
import { applyToPoll } from "./apply-to-poll.ts";

export interface Done {
  readonly deed: Deed;
  /** By the leaf that signed it. */
  readonly sender: AccountId;
  readonly at: number;
  /** Only of a change: how long the server can prove it. */
  readonly expiresAt?: number | undefined;
  /** Only of what somebody else changed. */
  readonly franking?: FrankingRecord | undefined;
}

/** The message as the deed leaves it; undefined where it changes nothing or may not. */
export function applyDeed(
  message: MessageRecord,
  { deed, sender, at, franking, expiresAt }: Done,
  conversation: ConversationRecord,
): MessageRecord | undefined {
  const { body } = message;
  if (body.kind === "not_decrypted") return takenBackUnread(message, { deed, sender, at });
  if (body.kind !== "text") return undefined;
  if (deed.kind === "edit")
    return sender === message.sender && deed.text !== body.text && !body.poll
      ? { ...edited(message, body, deed, at, franking), expiresAt: earlier(message.expiresAt, expiresAt) }
      : undefined;
  if (deed.kind === "delete")
    return mayDelete(conversation, sender, message.sender) ? erased(message, "deleted") : undefined;
  if (deed.kind === "pin") {
    if ((message.pinned ?? false) === deed.pinned || !mayPin(conversation, sender)) return undefined;
    const { pinned: _, ...rest } = message;
    return deed.pinned ? { ...rest, pinned: true } : rest;
  }
  if (deed.kind !== "reaction")
    return body.poll && applyToPoll(message, body.poll, { deed, sender, at }, conversation);
  const reactions = withReaction(message.reactions ?? [], sender, deed.emoji);
  return reactions && { ...message, reactions };
}

/** Its author took it back before it was fetched: the server has nothing left of it. */
function takenBackUnread(message: MessageRecord, { deed, sender }: Done): MessageRecord | undefined {
  return deed.kind === "delete" && sender === message.sender ? erased(message, "deleted") : undefined;
}

/** As it will stand once its echo has come back; undefined while the server does not have it. */
export function asPlaced(
  me: AccountId,
  { chain }: ConversationRecord,
  { messageId, content, accepted, hidden }: Outgoing,
): MessageRecord | undefined {
  if (!accepted || content.kind !== "text") return undefined;
  return { messageId, ...accepted, sender: me, chain, body: hidden ? { kind: "hidden" } : bodyOf(content) };
}

/** With what this person has done about it and is still on its way. */
export function withWaiting(
  me: AccountId,
  message: MessageRecord,
  conversation: ConversationRecord,
  waiting: readonly Outgoing[],
): MessageRecord {
  return waiting.reduce(
    (now, { content, createdAt }) =>
      "target" in content && content.target === message.messageId
        ? (applyDeed(now, { deed: content, sender: me, at: createdAt }, conversation) ?? now)
        : now,
    message,
  );
}

/** Nothing of what it said stays on this device, nor the keys of its files. Its place among the others does. */
export function erased(message: MessageRecord, as: "deleted" | "hidden" | "blocked"): MessageRecord {
  const { messageId, sequence, sender, sentAt, chain } = message;
  return { messageId, sequence, sender, sentAt, chain, body: { kind: as } };
}

/** Its author; in a group also whoever is in charge of its author. */
export function mayDelete({ kind, people }: ConversationRecord, by: AccountId, of: AccountId): boolean {
  if (by === of) return true;
  const rankOf = (account: AccountId) =>
    people.find(({ accountId }) => accountId === account)?.rank ?? undefined;
  const rank = rankOf(by);
  if (kind !== "group" || rank === undefined || rank === "member") return false;
  return HEIGHT[rank] > HEIGHT[rankOf(of) ?? "member"];
}

/** Both of two people; in a group whoever has the right. */
function mayPin(conversation: ConversationRecord, by: AccountId): boolean {
  return conversation.kind !== "group" || mayDo(conversation, by, "pin");
}

const HEIGHT = { owner: 3, admin: 2, moderator: 1, member: 0 } as const;

function edited(
  message: MessageRecord,
  body: Extract<MessageRecord["body"], { kind: "text" }>,
  { text, mentions, mentionsAll }: Extract<Deed, { kind: "edit" }>,
  at: number,
  franking: FrankingRecord | undefined,
): MessageRecord {
  const before = [...(message.earlier ?? []), { text: body.text, until: at }].slice(-MOST_EARLIER);
  return { ...message, body: { ...body, text, mentions, mentionsAll }, earlier: before, franking };
}

function withReaction(
  reactions: NonNullable<MessageRecord["reactions"]>,
  accountId: AccountId,
  emoji: string | null,
): MessageRecord["reactions"] {
  const before = reactions.find((one) => one.accountId === accountId);
  if ((before?.emoji ?? null) === emoji) return undefined;
  const others = reactions.filter((one) => one !== before);
  return emoji === null ? others : [...others, { accountId, emoji }].slice(-1000);
}
