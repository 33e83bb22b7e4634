import { beforeAll, expect, test } from "bun:test";
import { chooseLanguage } from "./language.ts";
import { daysBetween, sayDay, sayExactly, sayMoment, writeTime } from "./say-time.ts";

const now = new Date(2026, 10, 23, 9, 30).getTime();
const at = (...parts: [number, number, number, number, number]) => new Date(...parts).getTime();

beforeAll(() => chooseLanguage("en"));

test("midnight and not twenty-four hours separates days", () => {
  expect(daysBetween(at(2026, 10, 22, 23, 59), now)).toBe(1);
  expect(daysBetween(at(2026, 10, 23, 0, 0), now)).toBe(0);
});

test("a day of the clock change is one day", () => {
  expect(daysBetween(at(2026, 9, 24, 12, 0), at(2026, 9, 26, 12, 0))).toBe(2);
});

test("moments are relative up to a week and dated before", () => {
  expect(sayMoment(at(2026, 10, 23, 8, 5), now)).toContain("8:05");
  expect(sayMoment(at(2026, 10, 20, 8, 5), now)).toBe("Fri");
  expect(sayMoment(at(2026, 10, 10, 8, 5), now)).toMatch(/10/);
  expect(sayMoment(at(2025, 10, 10, 8, 5), now)).toMatch(/25/);
});

test("the line between days is named in words", () => {
  expect(sayDay(now, now)).toBe("Today");
  expect(sayDay(at(2026, 10, 22, 8, 0), now)).toBe("Yesterday");
  expect(sayDay(at(2026, 10, 19, 8, 0), now)).toBe("Thursday");
  expect(sayDay(now + 60_000, now)).toBe("Today");
});

test("Persian dates are of the Persian calendar", async () => {
  await chooseLanguage("fa");
  expect(sayMoment(at(2026, 10, 10, 8, 5), now)).toContain("آبان");
  await chooseLanguage("en");
});

test("a time that no date can have is said all the same", () => {
  for (const time of [8.64e15 + 1, Number.MAX_SAFE_INTEGER, -1])
    for (const said of [sayMoment(time, now), sayDay(time, now), sayExactly(time), writeTime(time)])
      expect(said).not.toBe("");
});
