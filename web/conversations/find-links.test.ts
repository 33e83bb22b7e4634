import { expect, test } from "bun:test";
import fc from "fast-check";
import { findLinks } from "./find-links.ts";

const links = (written: string) => findLinks(written).flatMap(({ href }) => href ?? []);

test("an address ends where the sentence goes on", () => {
  expect(links("See https://a.example/x, then (https://b.example/y).")).toEqual([
    "https://a.example/x",
    "https://b.example/y",
  ]);
  expect(links("https://en.example/wiki/Star_(shape)")).toEqual(["https://en.example/wiki/Star_(shape)"]);
  expect(links("ببین https://a.example/خوب؟")).toEqual(["https://a.example/%D8%AE%D9%88%D8%A8"]);
});

test.each([
  ["(https://a.example/y)", "https://a.example/y"],
  ["[https://a.example/y]", "https://a.example/y"],
  ["(see https://a.example/wiki/Star_(shape))", "https://a.example/wiki/Star_(shape)"],
  ["«https://a.example/y»", "https://a.example/y"],
  ["“https://a.example/y”,", "https://a.example/y"],
  ["*https://a.example/y*", "https://a.example/y"],
  ["https://a.example/y، بعد", "https://a.example/y"],
])("brackets, quotes and marks around an address are not its own: %s", (written, href) => {
  expect(links(written)).toEqual([href]);
});

test("a site that begins with www and a mail address need no more to be links", () => {
  expect(links("www.example.app, or (www.example.org/a).")).toEqual([
    "https://www.example.app/",
    "https://www.example.org/a",
  ]);
  expect(links("Write to amina@example.org.")).toEqual(["mailto:amina@example.org"]);
});

test("what only looks like a site is left alone", () => {
  expect(links("notes.md main.rs 3.14 example.com e.g.this www.")).toEqual([]);
});

test("nothing but web and mail addresses becomes a link", () => {
  expect(
    links("javascript:alert(1) data:text/html,x file:///etc ftp://a.example https:// //a.example"),
  ).toEqual([]);
});

test("what was written is shown in full, whatever it holds", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.webUrl())), (pieces) => {
      const written = pieces.join(" ");
      expect(
        findLinks(written)
          .map(({ text }) => text)
          .join(""),
      ).toBe(written);
      for (const href of links(written))
        expect(["http:", "https:", "mailto:"]).toContain(new URL(href).protocol);
    }),
  );
});

test("an address that hides characters, or mixes letters that look alike, is left as words", () => {
  const misleading = [
    "https://exam\u200bple.org",
    "https://example.org/\u2060a",
    "https://p\u0430ypal.com",
    "https://gοοgle.com",
  ];
  for (const written of misleading) expect(findLinks(written)).toEqual([{ text: written, href: undefined }]);
  expect(findLinks("https://пример.рф/страница")[0]?.href).toStartWith("https://xn--");
  for (const written of ["https://example.org/приветabc", "https://fa.example.org/wiki/می\u200cروم"])
    expect(findLinks(written)).toEqual([{ text: written, href: new URL(written).href }]);
});
