import { expect, test } from "bun:test";
import { type AccountId, newId } from "../../../src/protocol/ids.ts";
import type { ConversationRecord, MessageRecord } from "../../storage/records.ts";
import { callsAfter, withCall } from "./calls.ts";

const [me, admin, member] = [newId<AccountId>(), newId<AccountId>(), newId<AccountId>()];
const people = [
  { accountId: me, rank: "member" },
  { accountId: admin, rank: "admin" },
  { accountId: member, rank: "member" },
];
const conversation = { kind: "group", people, readUpTo: 3 } as unknown as ConversationRecord;
const from = (sender: AccountId, said: object, sequence = 5) =>
  ({ sender, sequence, body: { kind: "text", text: "", ...said } }) as unknown as MessageRecord;

test("all are called by whoever is in charge, whatever the device of another writes", () => {
  expect(withCall(me, conversation, from(admin, { mentionsAll: true }))).toEqual([5]);
  expect(withCall(me, conversation, from(member, { mentionsAll: true }))).toBeUndefined();
});

test("nobody is called by what they have read, what names others, or a conversation of two", () => {
  expect(withCall(me, conversation, from(admin, { mentions: [me] }, 3))).toBeUndefined();
  expect(withCall(me, conversation, from(admin, { mentions: [member] }))).toBeUndefined();
  const direct = { ...conversation, kind: "direct" as const };
  expect(withCall(me, direct, from(admin, { mentions: [me] }))).toBeUndefined();
});

test("what was read calls no more", () => {
  expect(callsAfter([4, 6, 9], 6)).toEqual([9]);
  expect(callsAfter([4], 4)).toBeUndefined();
});
