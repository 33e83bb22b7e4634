import { expect, test } from "bun:test";
import type { AccountId } from "../../src/protocol/ids.ts";
import { findMentions, splitMentions } from "./find-mentions.ts";

const people = ["ali", "ali.reza", "mira"].map((username) => ({
  accountId: `id-${username}` as AccountId,
  username,
}));
const called = (text: string) => findMentions(text, people, false).mentions ?? [];

test.each([
  ["@ali", ["id-ali"]],
  ["سلام @ali، خوبی؟", ["id-ali"]],
  ["(@Ali) and @mira!", ["id-ali", "id-mira"]],
  ["@ali.reza.", ["id-ali.reza"]],
  ["@ali. Reza", ["id-ali"]],
  ["@ali_", ["id-ali"]],
  ["@ali @ali", ["id-ali"]],
])("%j calls them", (text, accounts) => {
  expect(called(text)).toEqual(accounts as AccountId[]);
});

test.each(["ali", "me@ali.example", "@alina", "@dora", "https://a.example/@ali", "@@ali", "@"])(
  "%j calls nobody",
  (text) => {
    expect(called(text)).toEqual([]);
  },
);

test("all are called only by whoever may", () => {
  expect(findMentions("@all", people, true)).toEqual({ mentionsAll: true });
  expect(findMentions("@all", people, false)).toEqual({});
});

test("the pieces are what was written, in order", () => {
  const text = "hey @ali, and @dora @mira";
  const pieces = splitMentions(
    text,
    (name) => name !== "dora" && people.some(({ username }) => username === name),
  );
  expect(pieces.map((piece) => piece.text).join("")).toBe(text);
  expect(pieces.flatMap(({ name }) => name ?? [])).toEqual(["ali", "mira"]);
});
