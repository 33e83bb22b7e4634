import { beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import { COMMENT_LIMIT } from "../../src/protocol/reports.ts";
import { learnWords } from "../languages/language.ts";
import { BESIDE_QUOTE, quotePublic } from "./quote-public.ts";

beforeAll(() => learnWords("reports"));

const sentAt = Date.UTC(2026, 10, 28, 17, 2);

test("moderators read where it stands, then what was said, then what the reporter says", () => {
  const [place, quoted, , own] = quotePublic(
    "town.news",
    { kind: "post", text: "Buy this", sentAt },
    "Spam",
  ).split("\n");
  expect(place).toStartWith("Post in @town.news, ");
  expect(place).toContain("2026");
  expect([quoted, own]).toEqual(["“Buy this”", "Spam"]);
  expect(quotePublic("a.b", { kind: "comment", text: "x", sentAt }, "")).toMatch(
    /^Comment in @a\.b, .*:\n“x”$/,
  );
});

test("however long both are, the server takes it, and no letter is cut in two", () => {
  const words = (most: number) => fc.string({ unit: "grapheme", maxLength: most });
  fc.assert(
    fc.property(
      fc.string({ minLength: 3, maxLength: 32 }),
      words(3_000),
      words(BESIDE_QUOTE),
      (handle, text, own) => {
        const beside = own.slice(0, BESIDE_QUOTE).toWellFormed();
        const quoted = quotePublic(handle, { kind: "comment", text: text.toWellFormed(), sentAt }, beside);
        expect(quoted.length).toBeLessThanOrEqual(COMMENT_LIMIT);
        expect(quoted.isWellFormed()).toBe(true);
        expect(quoted).toEndWith(beside === "" ? "”" : beside);
      },
    ),
  );
});
