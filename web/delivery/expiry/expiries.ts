import type { ConversationId } from "../../../src/protocol/ids.ts";
import { LATEST } from "../../../src/protocol/values.ts";
import { ordered, placed } from "../../storage/key.ts";
import type { ConversationRecord, MessageRecord, OutgoingContent } from "../../storage/records.ts";
import type { Change } from "../../storage/vault.ts";

/** Sorts by the time at which it disappears. */
export function expiryKey(id: ConversationId, sequence: number, expiresAt: number): string {
  return `${ordered(expiresAt)}|${placed(id, sequence)}`;
}

/** The bounds of all that has disappeared by this time. */
export function expiredBy(now: number) {
  return { from: "", to: `${ordered(now)}|\uffff` };
}

export function readExpiryKey(key: string): { readonly id: ConversationId; readonly sequence: number } {
  const [, id = "", sequence = ""] = key.split("|");
  return { id: id as ConversationId, sequence: Number(sequence) };
}

type Said = MessageRecord["body"] | Extract<OutgoingContent, { kind: "text" }>;

/** When a message with this body, taken by the server at `sentAt`, disappears; undefined for never. */
export function expiryOf(body: Said, sentAt: number): number | undefined {
  if (body.kind !== "text" || body.expiresIn === undefined) return undefined;
  return Math.min(sentAt + body.expiresIn * 1000, LATEST);
}

/** What the server has dropped is shown no longer than that: nobody could report it. */
export function earlier(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
}

/** Remembered, to be erased in time. */
export function noteExpiry(change: Change, id: ConversationId, message: MessageRecord): void {
  const { expiresAt, sequence, messageId } = message;
  if (expiresAt !== undefined) change.put("expiries", expiryKey(id, sequence, expiresAt), { messageId });
}

/** In a group its owner and admins; else both. */
export function maySetTimer({ kind, people }: ConversationRecord, by: string): boolean {
  const rank = people.find(({ accountId }) => accountId === by)?.rank;
  return kind !== "group" || rank === "owner" || rank === "admin";
}
