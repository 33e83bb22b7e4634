import { expect, test } from "bun:test";
import { moved, sideOf, WHOLE } from "./crop.ts";

const wide = { width: 400, height: 200 };

test("a crop begins as the largest square in the middle", () => {
  expect(sideOf(wide, WHOLE)).toBe(200);
  expect(moved(wide, WHOLE, {})).toEqual(WHOLE);
});

test("a crop moves by its own side, and never beyond the picture", () => {
  expect(moved(wide, WHOLE, { x: 0.25 })).toEqual({ x: 0.625, y: 0.5, zoom: 1 });
  expect(moved(wide, WHOLE, { x: 9, y: 9 })).toEqual({ x: 0.75, y: 0.5, zoom: 1 });
  expect(moved(wide, WHOLE, { x: -9 })).toEqual({ x: 0.25, y: 0.5, zoom: 1 });
});

test("going back from near brings the crop back inside", () => {
  const near = moved(wide, moved(wide, WHOLE, { zoom: 2 }), { x: 9, y: -9 });
  expect(near).toEqual({ x: 0.875, y: 0.25, zoom: 2 });
  expect(moved(wide, near, { zoom: 1 })).toEqual({ x: 0.75, y: 0.5, zoom: 1 });
  expect(moved(wide, near, { zoom: 100 }).zoom).toBe(4);
});
