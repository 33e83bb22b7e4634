import { expect, test } from "bun:test";
import { type Mark, markSelection } from "./mark-selection.ts";
import { readFormatting } from "./read-formatting.ts";

const marked = (text: string, selected: string, mark: Mark) => {
  const from = text.indexOf(selected);
  return markSelection({ text, from, to: from + selected.length }, mark);
};

test.each([
  ["bold", "bold"],
  ["italic", "italic"],
  ["strike", "strike"],
  ["spoiler", "spoiler"],
  ["code", "code"],
] as const)("what is marked as %s is read as that, and the same words stay selected", (mark, kind) => {
  const { text, from, to } = marked("hey dear you", "dear", mark);
  expect(text.slice(from, to)).toBe("dear");
  expect(readFormatting(text).map((part) => part.kind)).toEqual(["words", kind, "words"]);
  expect(markSelection({ text, from, to }, mark)).toEqual({ text: "hey dear you", from: 4, to: 8 });
});

test("spaces at the edge stay outside, and of nothing but spaces nothing is marked", () => {
  expect(marked("hey dear you", " dear ", "bold").text).toBe("hey **dear** you");
  expect(marked("hey  you", "  ", "bold").text).toBe("hey  you");
});

test("code of several lines becomes a block", () => {
  const { text } = marked("a\nb", "a\nb", "code");
  expect(readFormatting(text)).toEqual([{ kind: "block", text: "a\nb" }]);
});
