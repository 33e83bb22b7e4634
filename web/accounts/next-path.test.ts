import { expect, test } from "bun:test";
import fc from "fast-check";
import { nextPath } from "./next-path.ts";

test("a path of this site is followed with its query", () => {
  expect(nextPath("/chat/abc?source=mail")).toBe("/chat/abc?source=mail");
  expect(nextPath("/invite/xyz")).toBe("/invite/xyz");
});

test("what stood behind its # comes along behind the address's own, unless it is no such thing", () => {
  expect(nextPath("/to/samira", "#abc_DEF-1")).toBe("/to/samira#abc_DEF-1");
  for (const fragment of ["", "#", "#/../x", "#a b", `#${"a".repeat(201)}`])
    expect(nextPath("/to/samira", fragment)).toBe("/to/samira");
});

test("nothing asked means the conversations", () => {
  expect(nextPath(null)).toBe("/chat");
  expect(nextPath("")).toBe("/chat");
});

test("another site is never followed", () => {
  const tricks = [
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/.//evil.example",
    "/..//evil.example",
    "javascript:alert(1)",
    " /chat",
  ];
  for (const trick of tricks) expect(nextPath(trick)).toBe("/chat");
});

test("signing in never leads back to signing in", () => {
  expect(nextPath("/auth/sign-in?next=/auth/sign-in")).toBe("/chat");
});

test("whatever is asked, the answer stays on the origin", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((text) => `/${text}`),
      ),
      (asked) => {
        expect(new URL(nextPath(asked), "https://here.example").origin).toBe("https://here.example");
      },
    ),
    { numRuns: 2000 },
  );
});
