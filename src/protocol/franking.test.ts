import { expect, test } from "bun:test";
import fc from "fast-check";
import { frank, isFranked } from "./franking.ts";

const contents = fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Uint8Array.from(bytes));

test("a tag is of its content under its key, and of no other content, byte for byte", async () => {
  await fc.assert(
    fc.asyncProperty(contents, fc.nat(), fc.integer({ min: 1, max: 255 }), async (content, at, flip) => {
      const franking = await frank(content);
      expect(await isFranked(content, franking)).toBe(true);
      const place = at % content.length;
      expect(await isFranked(content.with(place, (content[place] ?? 0) ^ flip), franking)).toBe(false);
      expect(await isFranked(content.slice(0, -1), franking)).toBe(false);
      expect(await isFranked(Uint8Array.from([...content, 0]), franking)).toBe(false);
    }),
    { numRuns: 50 },
  );
});

test("neither another message's key nor another message's tag fits", async () => {
  const content = new TextEncoder().encode("the same words twice");
  const [one, other] = [await frank(content), await frank(content)];
  expect(await isFranked(content, { key: one.key, tag: other.tag })).toBe(false);
  expect(await isFranked(content, { key: other.key, tag: one.tag })).toBe(false);
});

test("one key has one spelling", async () => {
  const content = new TextEncoder().encode("said once");
  const { key, tag } = await frank(content);
  expect(await isFranked(content, { key: Uint8Array.from([...key, 0]), tag })).toBe(false);
  expect(await isFranked(content, { key: key.slice(0, 31), tag })).toBe(false);
});
