import type { KeptWish } from "../../storage/group-wish.ts";
import { type ConversationRecord, MOST_WISHES } from "../../storage/records.ts";

/** It waits until it can be made. */
export function withWish(conversation: ConversationRecord, wished: KeptWish | undefined): ConversationRecord {
  if (!wished) return conversation;
  const { wishes = [] } = withoutWish(conversation, wished);
  return { ...conversation, wishes: [...wishes, wished].slice(-MOST_WISHES) };
}

export function withoutWish(conversation: ConversationRecord, { wishId }: KeptWish): ConversationRecord {
  const { wishes = [], ...rest } = conversation;
  const left = wishes.filter((one) => one.wishId !== wishId);
  return left.length > 0 ? { ...rest, wishes: left } : rest;
}

/** Only in a group that this device is in, and can write to. */
export function areWishesDue({ state, wishes }: ConversationRecord): boolean {
  return state === "ready" && wishes !== undefined && wishes.length > 0;
}
