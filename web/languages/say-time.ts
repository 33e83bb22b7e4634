import { LATEST } from "../../src/protocol/values.ts";
import { language, locale } from "./language.ts";

const DAY = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** 18:04 */
export function sayClock(time: number): string {
  return format("clock", { hour: "numeric", minute: "2-digit" }).format(asDate(time));
}

/** For a list: the clock today, the weekday within a week, the date before. */
export function sayMoment(time: number, now: number): string {
  const days = daysBetween(time, now);
  if (days <= 0) return sayClock(time);
  if (days < 7) return format("weekday", { weekday: "short" }).format(asDate(time));
  return sameYear(time, now)
    ? format("date", { day: "numeric", month: "short" }).format(asDate(time))
    : format("dateYear", { day: "numeric", month: "numeric", year: "2-digit" }).format(asDate(time));
}

/** For the line between two days: today, yesterday, the weekday within a week, the date before. */
export function sayDay(time: number, now: number): string {
  const days = daysBetween(time, now);
  if (days <= 1) return relativeDay(days);
  if (days < 7) return format("longWeekday", { weekday: "long" }).format(asDate(time));
  return sameYear(time, now)
    ? format("longDate", { weekday: "long", day: "numeric", month: "long" }).format(asDate(time))
    : format("longDateYear", { day: "numeric", month: "long", year: "numeric" }).format(asDate(time));
}

/** Day and clock in full, for a tooltip. */
export function sayExactly(time: number): string {
  return format("exact", { dateStyle: "full", timeStyle: "short" }).format(asDate(time));
}

/** For machines. */
export function writeTime(time: number): string {
  return asDate(time).toISOString();
}

/** Times are somebody's word: one that no date can have is said as the last that is meant. */
export function asDate(time: number): Date {
  return new Date(Math.min(Math.max(time, 0), LATEST));
}

export function sayDate(time: number): string {
  return format("plainDate", { day: "numeric", month: "long" }).format(asDate(time));
}

const UNITS = [
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** Whole weeks, days, hours, minutes or seconds: the largest that it is a whole number of. */
export function sayDuration(seconds: number): string {
  const [unit, length] = UNITS.find(([, one]) => seconds % one === 0) ?? ["second", 1];
  const options = { style: "unit", unit, unitDisplay: "long" } as const;
  return new Intl.NumberFormat(language.value, options).format(seconds / length);
}

/** Whole calendar days from one moment to a later one, in the person's time zone. */
export function daysBetween(earlier: number, later: number): number {
  return Math.round((startOfDay(later) - startOfDay(earlier)) / DAY);
}

export function startOfDay(time: number): number {
  return asDate(time).setHours(0, 0, 0, 0);
}

function relativeDay(days: number): string {
  const word = new Intl.RelativeTimeFormat(language.value, { numeric: "auto" }).format(
    -Math.max(days, 0),
    "day",
  );
  return word.charAt(0).toLocaleUpperCase(language.value) + word.slice(1);
}

function sameYear(a: number, b: number): boolean {
  return asDate(a).getFullYear() === asDate(b).getFullYear();
}

function format(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale.value} ${name}`;
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(locale.value, options);
  formats.set(key, made);
  return made;
}
