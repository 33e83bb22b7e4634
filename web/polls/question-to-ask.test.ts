import { expect, test } from "bun:test";
import type { MessageView } from "../delivery/patches.ts";
import { readQuestion, withRoom } from "./question-to-ask.ts";
import { pressed, tally } from "./tally.ts";

test("there is a line more than is written in, until there are twelve", () => {
  expect(withRoom([])).toEqual(["", ""]);
  expect(withRoom(["rice", ""])).toEqual(["rice", ""]);
  expect(withRoom(["rice", "bread"])).toEqual(["rice", "bread", ""]);
  expect(withRoom(["", "bread"])).toEqual(["", "bread", ""]);
  const twelve = Array.from({ length: 12 }, (_, place) => `${place}`);
  expect(withRoom(twelve)).toEqual(twelve);
});

test("what is written becomes a question without the room around it and without empty lines", () => {
  expect(readQuestion(" What? ", [" rice", "", "bread "], true)).toEqual({
    question: "What?",
    poll: { options: ["rice", "bread"], several: true },
  });
  expect(readQuestion("What?", ["rice", " "], false)).toBe("missing");
  expect(readQuestion(" ", ["rice", "bread"], false)).toBe("missing");
  expect(readQuestion("What?", ["rice", " rice "], false)).toBe("twice");
});

test("shares are of those who voted, however many answers each chose", () => {
  const [ada, ben] = ["ada", "ben"] as unknown as [MessageView["sender"], MessageView["sender"]];
  const votes = [
    { accountId: ada, choices: [0, 1] },
    { accountId: ben, choices: [0] },
  ];
  const poll = { options: ["rice", "bread", "soup"], several: true };
  const body = { kind: "text" as const, text: "What?", poll };
  expect(tally({ body, votes })).toEqual([
    { option: "rice", by: [ada, ben], share: 1 },
    { option: "bread", by: [ada], share: 0.5 },
    { option: "soup", by: [], share: 0 },
  ]);
  expect(tally({ body }).map(({ share }) => share)).toEqual([0, 0, 0]);
});

test("one press chooses in place of another, or beside it where several may be chosen, until it is pressed again", () => {
  expect(pressed([0], 1, false)).toEqual([1]);
  expect(pressed([2], 1, true)).toEqual([1, 2]);
  expect(pressed([1, 2], 1, true)).toEqual([2]);
});
