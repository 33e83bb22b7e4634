import type { AccountId } from "../../../src/protocol/ids.ts";
import { findMentions, type Mentions } from "../../mentions/find-mentions.ts";
import { type ConversationRecord, type MessageRecord, MOST_CALLS } from "../../storage/records.ts";

type Calls = ConversationRecord["calls"];

/** Whoever is in charge of others may call all of them. */
export function mayCallAll({ people }: Pick<ConversationRecord, "people">, by: AccountId): boolean {
  const rank = people.find(({ accountId }) => accountId === by)?.rank ?? "member";
  return rank !== "member";
}

/** Whom an own message calls. */
export function calledIn(me: AccountId, { kind, people }: ConversationRecord, text: string): Mentions {
  if (kind !== "group" || !text.includes("@")) return {};
  const inside = people.filter(({ rank, accountId }) => rank !== null && accountId !== me);
  return findMentions(text, inside, mayCallAll({ people }, me));
}

/** The unread ones, with this one if it calls this person. */
export function withCall(me: AccountId, conversation: ConversationRecord, message: MessageRecord): Calls {
  const { calls, readUpTo } = conversation;
  if (message.sequence <= readUpTo || !isCalled(me, conversation, message)) return calls;
  return [...(calls ?? []), message.sequence].slice(-MOST_CALLS);
}

function isCalled(me: AccountId, conversation: ConversationRecord, { sender, body }: MessageRecord): boolean {
  if (body.kind !== "text" || conversation.kind !== "group") return false;
  return (
    body.mentions?.includes(me) === true || (body.mentionsAll === true && mayCallAll(conversation, sender))
  );
}

/** What is left of them once this was read; undefined for none. */
export function callsAfter(calls: Calls, readUpTo: number): Calls {
  const left = calls?.filter((sequence) => sequence > readUpTo);
  return left?.length ? left : undefined;
}
