import { expect, test } from "bun:test";
import fc from "fast-check";
import { keepIn, WHOLE, zoomAt } from "./zoom.ts";

/** Of pixels: the last digits of a double. */
const ROUNDING = 1e-9;
const stage = { width: 400, height: 800 };

test("what lies under the fingers stays there while it grows", () => {
  const at = { x: 100, y: -50 };
  const near = zoomAt(WHOLE, 2, at);
  expect(near).toEqual({ scale: 2, x: -100, y: 50 });
  expect(zoomAt(near, 1.5, at)).toEqual({ scale: 3, x: -200, y: 100 });
});

test("it never gets smaller than whole, nor larger than eightfold", () => {
  expect(zoomAt(WHOLE, 0.1, WHOLE).scale).toBe(1);
  expect(zoomAt(WHOLE, 100, WHOLE).scale).toBe(8);
});

test("a picture is not moved past its edges, and the whole one stands in the middle", () => {
  const wide = { width: 800, height: 400 };
  expect(keepIn({ scale: 1, x: 70, y: -20 }, wide, stage)).toEqual({ scale: 1, x: 0, y: -0 });
  expect(keepIn({ scale: 2, x: 900, y: 90 }, wide, stage)).toEqual({ scale: 2, x: 200, y: 0 });
  expect(keepIn({ scale: 8, x: -9999, y: -9999 }, wide, stage)).toEqual({ scale: 8, x: -1400, y: -400 });
});

test("wherever it is pressed and however far, something of it fills the stage", () => {
  const number = fc.double({ min: -1000, max: 1000, noNaN: true });
  fc.assert(
    fc.property(number, number, fc.double({ min: 0.1, max: 10, noNaN: true }), (x, y, factor) => {
      const kept = keepIn(zoomAt(WHOLE, factor, { x, y }), stage, stage);
      expect(Math.abs(kept.x)).toBeLessThanOrEqual((stage.width * (kept.scale - 1)) / 2 + ROUNDING);
      expect(Math.abs(kept.y)).toBeLessThanOrEqual((stage.height * (kept.scale - 1)) / 2 + ROUNDING);
    }),
  );
});
