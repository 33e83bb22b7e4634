import { expect, test } from "bun:test";
import { laterTimes, readTime, writeTime } from "./later-times.ts";

const at = (hour: number, minute = 0) => new Date(2026, 10, 23, hour, minute).getTime();

test("a time at hand is always still to come, and none is offered twice", () => {
  expect(laterTimes(at(10, 2)).map(writeTime)).toEqual([
    "2026-11-23T11:05",
    "2026-11-23T18:00",
    "2026-11-24T09:00",
  ]);
  expect(laterTimes(at(17, 30)).map(writeTime)).toEqual(["2026-11-23T18:30", "2026-11-24T09:00"]);
});

test("what the browser's field writes is read as it was meant", () => {
  expect(readTime(writeTime(at(7, 5)))).toBe(at(7, 5));
  expect(readTime("")).toBeUndefined();
});
