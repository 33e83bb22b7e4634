import { expect, test } from "bun:test";
import { type AccountId, type MessageId, newId } from "../../../src/protocol/ids.ts";
import type { Poll } from "../../../src/protocol/polls.ts";
import type { ConversationRecord, MessageRecord } from "../../storage/records.ts";
import { applyToPoll } from "./apply-to-poll.ts";

const [ada, ben, gone] = [newId<AccountId>(), newId<AccountId>(), newId<AccountId>()];
const FOOD: Poll = { options: ["rice", "bread"], several: true };
const target = newId<MessageId>();
const asked = { messageId: target, sender: ada, sequence: 2 } as MessageRecord;

function among(kind: "group" | "direct"): ConversationRecord {
  const people = [
    { accountId: ada, rank: "owner" },
    { accountId: ben, rank: "member" },
    { accountId: gone, rank: null },
  ];
  return { kind, people: kind === "group" ? people : [] } as unknown as ConversationRecord;
}

function votes(by: AccountId, choices: number[], on = asked, poll = FOOD) {
  return applyToPoll(
    on,
    poll,
    { deed: { kind: "vote", target, choices }, sender: by, at: 1 },
    among("group"),
  );
}

function closes(by: AccountId, kind: "group" | "direct" = "group") {
  return applyToPoll(asked, FOOD, { deed: { kind: "close", target }, sender: by, at: 1 }, among(kind));
}

test("whoever is in the group no more, or never was, has no vote and closes nothing", () => {
  for (const one of [gone, newId<AccountId>()]) {
    expect(votes(one, [0])).toBeUndefined();
    expect(closes(one)).toBeUndefined();
  }
  expect(votes(ben, [0])?.votes).toEqual([{ accountId: ben, choices: [0] }]);
});

test("of two people only the one who asked closes it", () => {
  expect(closes(ben, "direct")).toBeUndefined();
  expect(closes(ada, "direct")?.closed).toEqual({ by: ada, at: 1, late: [] });
});

test("the same vote again changes nothing, and none where there was none neither", () => {
  const voted = votes(ben, [1, 0]);
  expect(voted && votes(ben, [1, 0], voted)).toBeUndefined();
  expect(votes(ben, [])).toBeUndefined();
});

test("more votes than are kept are not counted, and those before them are", () => {
  const full = {
    ...asked,
    votes: Array.from({ length: 1000 }, () => ({ accountId: newId<AccountId>(), choices: [0] })),
  };
  expect(votes(ben, [0], full)).toBeUndefined();
  const [first] = full.votes;
  expect(
    first && votes(ada, [1], { ...full, votes: full.votes.with(0, { ...first, accountId: ada }) })?.votes,
  ).toHaveLength(1000);
});

test("where one answer is taken, two are none", () => {
  expect(votes(ben, [0, 1], asked, { ...FOOD, several: false })).toBeUndefined();
});
