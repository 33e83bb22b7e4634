import { expect, test } from "bun:test";
import { type AccountId, type ConversationId, type MessageId, newId } from "../../../src/protocol/ids.ts";
import { newConversation } from "../groups/start-conversation.ts";
import { outgoingView } from "../views.ts";
import { writtenAt } from "./written-at.ts";

const NOON = Date.UTC(2026, 5, 1, 12);
const HOUR = 3_600_000;

test("a message that waited keeps the time it was written, whatever the own clock says", () => {
  expect(writtenAt(NOON, 2 * HOUR)).toBe(NOON - 2 * HOUR);
  expect(writtenAt(NOON, 900)).toBeUndefined();
  expect(writtenAt(NOON, -5 * HOUR)).toBeUndefined();
});

test("what has been accepted after a wait is shown with both times", () => {
  const me = newId<AccountId>();
  const conversationId = newId<ConversationId>();
  const first = {
    messageId: newId<MessageId>(),
    sequence: 1,
    sender: me,
    sentAt: NOON,
    body: { kind: "founded" as const },
    chain: new Uint8Array(32),
  };
  const conversation = newConversation({ kind: "direct", peer: undefined, generation: 0, first });
  const view = outgoingView(me, conversation, {
    messageId: newId<MessageId>(),
    conversationId,
    content: { kind: "text", text: "from the tunnel" },
    createdAt: NOON - 9 * HOUR,
    envelope: null,
    accepted: { sequence: 2, sentAt: NOON, writtenAt: NOON - HOUR },
    failure: null,
  });
  expect([view?.sentAt, view?.writtenAt]).toEqual([NOON, NOON - HOUR]);
});
