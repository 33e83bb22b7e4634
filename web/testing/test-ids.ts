import type { AccountId, ConversationId } from "../../src/protocol/ids.ts";

/** Ids that stay the same from run to run, so that tests can open a conversation by its address. */
export function testId<Id extends string>(number: number): Id {
  return number.toString(36).padStart(21, "0").concat("A") as Id;
}

export const ME = testId<AccountId>(0);

export const CONVERSATION = {
  darius: testId<ConversationId>(1),
  saved: testId<ConversationId>(2),
  leyla: testId<ConversationId>(3),
  tomas: testId<ConversationId>(4),
  farhad: testId<ConversationId>(5),
  ingrid: testId<ConversationId>(6),
  new: testId<ConversationId>(7),
} as const;

export const GROUP = testId<ConversationId>(8);

export const PRIVATE_CHANNEL = testId<ConversationId>(9);
export const CHANNEL = testId<ConversationId>(10);
export const COMMUNITY = testId<ConversationId>(11);
