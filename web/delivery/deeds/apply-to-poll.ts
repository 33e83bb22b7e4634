import type { Deed } from "../../../src/protocol/content.ts";
import type { AccountId } from "../../../src/protocol/ids.ts";
import type { Poll } from "../../../src/protocol/polls.ts";
import { type ConversationRecord, type MessageRecord, MOST_VOTES } from "../../storage/records.ts";

type Vote = Extract<Deed, { kind: "vote" }>;

interface Done {
  readonly deed: Vote | Extract<Deed, { kind: "close" }>;
  readonly sender: AccountId;
  readonly at: number;
}

/** The poll with this vote, or closed; undefined where it changes nothing or may not. */
export function applyToPoll(
  message: MessageRecord,
  poll: Poll,
  { deed, sender, at }: Done,
  { kind, people }: ConversationRecord,
): MessageRecord | undefined {
  const rank = people.find(({ accountId }) => accountId === sender)?.rank ?? undefined;
  if (kind === "group" && rank === undefined) return undefined;
  if (deed.kind === "vote") return fits(poll, deed) ? withVote(message, sender, deed.choices) : undefined;
  const may = sender === message.sender || (rank !== undefined && rank !== "member");
  return message.closed || !may ? undefined : { ...message, closed: { by: sender, at, late: [] } };
}

function fits({ options, several }: Poll, { choices }: Vote): boolean {
  if (choices.length > (several ? options.length : 1) || new Set(choices).size < choices.length) return false;
  return choices.every((choice) => choice < options.length);
}

/** Behind the end it does not count, and whoever cast it is told so. */
function withVote(message: MessageRecord, accountId: AccountId, choices: Vote["choices"]) {
  const { votes = [], closed } = message;
  if (closed) {
    if (closed.late.includes(accountId) || closed.late.length === MOST_VOTES) return undefined;
    return { ...message, closed: { ...closed, late: [...closed.late, accountId] } };
  }
  const before = votes.find((one) => one.accountId === accountId);
  if (String(before?.choices ?? []) === String(choices)) return undefined;
  const others = votes.filter((one) => one !== before);
  const now = choices.length === 0 ? others : [...others, { accountId, choices }];
  return now.length > MOST_VOTES ? undefined : { ...message, votes: now };
}
