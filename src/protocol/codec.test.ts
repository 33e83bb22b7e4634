import { expect, test } from "bun:test";
import fc from "fast-check";
import { decodeBinary, encodeBinary } from "./codec.ts";

/** Each header promises ten thousand members, the first of which is the next header. */
function bomb(headers: number): Uint8Array {
  const bytes = new Uint8Array(headers * 3);
  for (let at = 0; at < bytes.length; at += 3) bytes.set([0xdc, 0x27, 0x10], at);
  return bytes;
}

test("bytes that promise far more than they hold are refused before room is made for it", () => {
  const before = process.memoryUsage().rss;
  expect(() => decodeBinary(bomb(20_000))).toThrow();
  expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
});

test("what nests deeper than is ever written is refused", () => {
  expect(() => decodeBinary(new Uint8Array(100_000).fill(0x91))).toThrow();
  const nested = (depth: number): unknown => (depth === 0 ? [] : [nested(depth - 1)]);
  expect(decodeBinary(encodeBinary(nested(14)))).toEqual(nested(14));
});

test("whatever can be written is read back", () => {
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small", maxDepth: 5 },
      fc.constant(null),
      fc.boolean(),
      fc.maxSafeInteger(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
      fc.string({ maxLength: 300 }),
      fc.uint8Array({ maxLength: 300 }),
      fc.array(tie("value"), { maxLength: 20 }),
      fc.dictionary(
        fc.string({ maxLength: 8 }).filter((name) => name !== "__proto__"),
        tie("value"),
        { maxKeys: 20, noNullPrototype: true },
      ),
    ),
  })).value;
  fc.assert(
    fc.property(value, (one) => {
      expect(decodeBinary(encodeBinary(one))).toEqual(one);
    }),
    { numRuns: 500 },
  );
  const long = { bin: new Uint8Array(70_000), text: "x".repeat(70_000), list: Array(10_000).fill(7) };
  expect(decodeBinary(encodeBinary(long))).toEqual(long);
});
