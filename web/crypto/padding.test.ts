import { expect, test } from "bun:test";
import fc from "fast-check";
import { pad, unpad } from "./padding.ts";

test("what was padded comes back, and its length shows only as a power of two from 64 up", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => {
      const padded = pad(bytes);
      expect(unpad(padded)).toEqual(Uint8Array.from(bytes));
      expect(padded.byteLength >= 64 && Number.isInteger(Math.log2(padded.byteLength))).toBe(true);
    }),
  );
});

test("padding that hides other bytes is refused", () => {
  const padded = pad(new Uint8Array([1]));
  padded[60] = 1;
  expect(() => unpad(padded)).toThrow("malformed");
  expect(() => unpad(new Uint8Array([0, 0, 1, 0, 1]))).toThrow("malformed");
  expect(() => unpad(new Uint8Array())).toThrow("malformed");
});
