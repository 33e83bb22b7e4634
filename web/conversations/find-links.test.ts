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

test("nothing but web addresses becomes a link", () => {
  expect(links("javascript:alert(1) data:text/html,x file:///etc ftp://a.example https://")).toEqual([]);
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
      for (const href of links(written)) expect(["http:", "https:"]).toContain(new URL(href).protocol);
    }),
  );
});
