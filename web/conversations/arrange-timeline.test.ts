import { expect, test } from "bun:test";
import type { AccountId, ConversationId, MessageId } from "../../src/protocol/ids.ts";
import type { MessageView } from "../delivery/patches.ts";
import { arrangeTimeline } from "./arrange-timeline.ts";
import { mergeMessages } from "./merge-messages.ts";

const noon = new Date(2026, 10, 23, 12, 0).getTime();

function message(id: number, minutes: number, changes: Partial<MessageView> = {}): MessageView {
  return {
    id: String(id) as MessageId,
    conversationId: "c" as ConversationId,
    sequence: id,
    sender: "them" as AccountId,
    mine: false,
    sentAt: noon + minutes * 60_000,
    body: { kind: "text", text: `message ${id}` },
    mark: undefined,
    failure: undefined,
    ...changes,
  };
}

const shape = (messages: MessageView[], unread?: { after: number; count: number }) =>
  arrangeTimeline(messages, unread).map((row) =>
    row.kind === "message" ? `${row.first ? "[" : ""}${row.key}${row.last ? "]" : ""}` : row.kind,
  );

test("messages of one person within five minutes are one group", () => {
  expect(shape([message(1, 0), message(2, 4), message(3, 20)])).toEqual(["day", "[1", "2]", "[3]"]);
});

test("another person ends a group, and so does another day", () => {
  const other = { sender: "me" as AccountId, mine: true };
  expect(shape([message(1, 0), message(2, 1, other)])).toEqual(["day", "[1]", "[2]"]);
  expect(shape([message(1, 719), message(2, 721)])).toEqual(["day", "[1]", "day", "[2]"]);
});

test("the unread line stands before the first message of others after what was read", () => {
  const own = { sender: "me" as AccountId, mine: true };
  const rows = shape([message(1, 0), message(2, 1, own), message(3, 2), message(4, 3)], {
    after: 1,
    count: 2,
  });
  expect(rows).toEqual(["day", "[1]", "[2]", "unread", "[3", "4]"]);
});

test("how a conversation was founded is not drawn", () => {
  expect(shape([message(1, 0, { body: { kind: "founded" } })])).toEqual([]);
});

test("waiting messages stand after all that have a place, in the order they were written", () => {
  const waiting = (id: number, minutes: number) =>
    message(id, minutes, { sequence: undefined, mark: "waiting" });
  const merged = mergeMessages([waiting(9, 2), waiting(8, 1)], [message(1, 0), message(2, 90)]);
  expect(merged.map(({ id }) => String(id))).toEqual(["1", "2", "8", "9"]);
});

test("a message that gets its place is moved there and not doubled", () => {
  const merged = mergeMessages(
    [message(1, 0), message(5, 3, { sequence: undefined })],
    [message(5, 3, { sequence: 2 }), message(6, 4, { sequence: 3 })],
  );
  expect(merged.map(({ id, sequence }) => [String(id), sequence])).toEqual([
    ["1", 1],
    ["5", 2],
    ["6", 3],
  ]);
});

test("where messages could not be recovered a line of its own says so, between two groups", () => {
  const gap = { sender: "me" as AccountId, mine: true, body: { kind: "gap", count: 3 } as const };
  expect(shape([message(1, 0), message(2, 1, gap), message(3, 2)])).toEqual(["day", "[1]", "gap", "[3]"]);
  const [, row] = arrangeTimeline([message(2, 1, gap)], undefined);
  expect(row).toEqual({ kind: "gap", key: "2", count: 3 });
});
