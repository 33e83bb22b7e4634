import * as v from "valibot";

/** A whole number from zero up; accepts decimal text too, because query strings carry only text. */
export const count = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number))]),
  v.safeInteger(),
  v.minValue(0),
);

/** In the year 2096: whatever is later is no time that somebody means, and far beyond it no date has a name. */
export const LATEST = 4e12;

/** Milliseconds since 1970 in UTC. */
export const time = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(LATEST));

/** The same in what groups and certificates have signed for already; it is compared and never drawn. */
export const signedTime = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** The place of an event in its conversation or account, from 1 up; 0 means before the first. */
export const sequence = count;

/** MLS epoch. Far below 2^53 in practice, therefore a number on the wire. */
export const epoch = count;

export const bytes = (maximum: number, minimum = 0) =>
  v.pipe(
    v.instance(Uint8Array<ArrayBuffer>, "must be bytes"),
    v.check(
      (value) => value.byteLength >= minimum && value.byteLength <= maximum,
      `must be ${minimum} to ${maximum} bytes`,
    ),
  );

export const text = (maximum: number, minimum = 0) =>
  v.pipe(v.string(), v.minLength(minimum), v.maxLength(maximum));

/** The sizes below are the wire's law: nothing larger passes the edge in either direction. */
export const SIZE = {
  messageCiphertext: 96 * 1024,
  commit: 512 * 1024,
  welcome: 2 * 1024 * 1024,
  groupInfo: 1024 * 1024,
  keyPackage: 16 * 1024,
  credential: 4 * 1024,
  deviceLogEntry: 4 * 1024,
  request: 4 * 1024 * 1024,
  /** Names, passwords and codes: strangers may send these, and parsing megabytes holds everybody up. */
  requestJson: 16 * 1024,
  frameUp: 16 * 1024,
  /** Of any answer: a page ends at two megabytes, but for the one event that does not fit. */
  answer: 8 * 1024 * 1024,
  refusal: 16 * 1024,
} as const;
