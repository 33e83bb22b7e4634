import { afterEach, expect, spyOn, test } from "bun:test";
import fc from "fast-check";
import { Tokenizer } from "marked";
import { TEXT_LIMIT } from "../../src/protocol/content.ts";
import { coverAll, perhapsMarked } from "./formatting.ts";
import { MOST_SEARCHED, type Part, readFormatting } from "./read-formatting.ts";
import { HIDDEN, sayPlainly } from "./say-plainly.ts";

const plainly = (written: string) => sayPlainly(readFormatting(written));
const words = (text: string): Part => ({ kind: "words", text });
const kinds = (parts: readonly Part[]): string[] =>
  parts.flatMap((part) => [
    part.kind,
    ...("parts" in part ? kinds(part.parts) : part.kind === "list" ? part.items.flatMap(kinds) : []),
  ]);

test.each([
  ["**x**", { kind: "bold", parts: [words("x")] }],
  ["*x*", { kind: "italic", parts: [words("x")] }],
  ["_سلام_", { kind: "italic", parts: [words("سلام")] }],
  ["~~x~~", { kind: "strike", parts: [words("x")] }],
  ["||x||", { kind: "spoiler", parts: [words("x")] }],
  ["`**x**`", { kind: "code", text: "**x**" }],
  ["```js\nlet *x*;\n```", { kind: "block", text: "let *x*;" }],
  ["> a\n> b", { kind: "quote", parts: [words("a\nb")] }],
  ["- a\n- b", { kind: "list", first: undefined, items: [[words("a")], [words("b")]] }],
  ["3. a\n4. b", { kind: "list", first: 3, items: [[words("a")], [words("b")]] }],
] as const)("a mark means what it says: %j", (written, part) => {
  expect(readFormatting(written)).toEqual([part]);
  expect(perhapsMarked(written)).toBeTrue();
});

test.each([
  "# not a title",
  "![picture](https://a.example/x.png)",
  "[words](javascript:alert(1))",
  "[a]: https://a.example\n[a]",
  "<img src=x onerror=alert(1)>",
  "<div>\nx\n</div>",
  "|a|b|\n|-|-|\n|1|2|",
  "a\n---\n===",
  "    indented\n\n\n  lines",
  "snake_case_name, 2 * 3 * 4, a || b || c, ~5",
  ">_<",
  "-",
  "+ a",
  "1987. A year",
  "&amp; C:\\folder\\x",
  "سلام_خوب_است",
])("all else stays as it was written: %j", (written) => {
  expect(readFormatting(written)).toEqual([words(written)]);
});

test("the line after a quote or a list is neither", () => {
  expect(readFormatting("> a\nb\n- c\nd").map(({ kind }) => kind)).toEqual([
    "quote",
    "words",
    "list",
    "words",
  ]);
});

test("what is hidden stays hidden over lines, lists and blank lines, and in all that is said in short", () => {
  for (const written of ["||a b||", "see ||a\n\n- b|| end", "> ||a\n> b||", "**x ||a|| y**", "- ||a||"]) {
    expect(kinds(readFormatting(written))).toContain("spoiler");
    expect(plainly(written)).toContain(HIDDEN);
    expect(plainly(written)).not.toContain("a");
    expect(coverAll(written)).not.toMatch(/a/);
  }
});

test("of what was written no letter is lost and none changes its place", () => {
  const piece = fc.constantFrom(
    "a",
    "ب",
    "7",
    " ",
    "\n",
    "*",
    "_",
    "~~",
    "`",
    "```\n",
    "> ",
    "- ",
    "1. ",
    "\\",
    "[",
    "<",
  );
  const letters = (text: string) => text.replace(/[^aبc]/g, "");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const written = pieces.join("");
      // The first line of a fence names its language, which is not shown.
      fc.pre(!/(```|~~~)[^\n]*[aبc]/.test(written));
      expect(letters(plainly(written))).toBe(letters(written));
    }),
    { numRuns: 500 },
  );
});

afterEach(() => {
  search?.mockRestore();
});
let search: ReturnType<typeof spyOn<Tokenizer, "emStrong">> | undefined;

test("marks without end cost no more than was set aside for them, and hide nothing of what was written", () => {
  for (const mark of ["a**", "*a_ ", "*_", "**_", "a[_"]) {
    search = spyOn(Tokenizer.prototype, "emStrong");
    const written = mark.repeat(TEXT_LIMIT).slice(0, TEXT_LIMIT);
    expect(plainly(written).replace(/[^a]/g, "")).toBe(written.replace(/[^a]/g, ""));
    const searched = search.mock.calls.reduce((sum, [source]) => sum + source.length, 0);
    expect(searched).toBeGreaterThan(0);
    expect(searched).toBeLessThanOrEqual(MOST_SEARCHED);
    search.mockRestore();
  }
});

test.each(["> ", ">", "- ", "1. ", "> - ", "||", "```\n", "  - "])(
  "nesting ends somewhere, however deep it was meant: %j",
  (mark) => {
    const parts = readFormatting(`${mark.repeat(TEXT_LIMIT).slice(0, TEXT_LIMIT - 1)}a`);
    expect(depthOf(parts)).toBeLessThanOrEqual(7);
    expect(sayPlainly(parts)).toEndWith("a");
  },
);

function depthOf(parts: readonly Part[]): number {
  return Math.max(
    0,
    ...parts.map((part) => {
      if (part.kind === "list") return 1 + Math.max(0, ...part.items.map(depthOf));
      return "parts" in part ? 1 + depthOf(part.parts) : 1;
    }),
  );
}
