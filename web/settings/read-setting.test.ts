import { expect, test } from "bun:test";
import { readKinds, readName, readSize, writeSize } from "./read-setting.ts";

test("a size is written in megabytes, in the digits of either language", () => {
  expect(["100", " 1.5 ", "1,5", "۱۰۰", "٢٫٥", "0"].map(readSize)).toEqual(
    [100, 1.5, 1.5, 100, 2.5, 0].map((megabytes) => megabytes * 1024 ** 2),
  );
  expect(["", "-1", "much", "1e3", "1.", "9".repeat(30)].map(readSize)).toEqual(Array(6).fill(undefined));
});

test("a size is shown as it can be written", () => {
  for (const bytes of [0, 1024 ** 2, 1.5 * 1024 ** 2, 1024 ** 4])
    expect(readSize(writeSize(bytes))).toBe(bytes);
});

test("kinds of files stand apart by anything, and nothing means all", () => {
  expect(readKinds(".PDF, image/*  text/plain،.tar.gz")).toEqual([
    ".pdf",
    "image/*",
    "text/plain",
    ".tar.gz",
  ]);
  expect(readKinds("  ")).toEqual([]);
  expect(readKinds(".pdf pictures")).toBeUndefined();
});

test("a name has at least one letter and one line", () => {
  expect([readName(" Saffron House "), readName(" "), readName("a\nb")]).toEqual([
    "Saffron House",
    undefined,
    undefined,
  ]);
});
