import { expect, test } from "bun:test";
import { foldText, markFound, wordsOf } from "./fold-text.ts";

test.each([
  ["Crème Brûlée", "creme brulee"],
  ["ÅNGSTRÖM", "angstrom"],
  ["كتاب", "کتاب"],
  ["می‌روم", "میروم"],
  ["مُحَمَّد", "محمد"],
  ["علي", "علی"],
  ["۱۴۰۳", "1403"],
  ["ИЗБА", "изба"],
  ["ﬁnd", "find"],
])("%s is found by %s", (written, typed) => {
  expect(foldText(written)).toContain(foldText(typed));
});

test("Thai vowels tell words apart", () => {
  expect(foldText("มี")).not.toBe(foldText("มา"));
});

test("what is typed is each word of it", () => {
  expect(wordsOf("  Two   words ")).toEqual(["two", "words"]);
  expect(wordsOf(" \u200c ")).toEqual([]);
});

test("what was found is marked in the text as it was written", () => {
  expect(markFound("A Crème, a creme", wordsOf("creme"))).toEqual([
    { text: "A ", isFound: false },
    { text: "Crème", isFound: true },
    { text: ", a ", isFound: false },
    { text: "creme", isFound: true },
  ]);
  expect(markFound("我们明天见面", wordsOf("明天"))).toEqual([
    { text: "我们", isFound: false },
    { text: "明天", isFound: true },
    { text: "见面", isFound: false },
  ]);
  expect(markFound("می‌روم خانه", wordsOf("میروم"))[0]).toEqual({ text: "می‌روم", isFound: true });
});

test("marked stretches put together are the text, whatever it holds", () => {
  for (const text of ["", "🧑‍🧑‍🧒‍🧒 family 🧑‍🧑‍🧒‍🧒", "e\u0301e\u0301", "İstanbul", "ß", "ﷺ a"])
    for (const words of [[], ["a"], ["e"], ["i"]])
      expect(
        markFound(text, words)
          .map((stretch) => stretch.text)
          .join(""),
      ).toBe(text);
});
