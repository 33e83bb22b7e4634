/** Sixteen digits, so that text order is number order. */
export function ordered(number: number): string {
  return String(number).padStart(16, "0");
}

/** A key that sorts by its owner first and its place second. */
export function placed(owner: string, place: number): string {
  return `${owner}|${ordered(place)}`;
}

/** The bounds of all keys of one owner between two places, both included. */
export function between(owner: string, first: number, last = Number.MAX_SAFE_INTEGER) {
  return { from: placed(owner, first), to: placed(owner, last) };
}

/** The bounds of all keys of a store. */
export const EVERYTHING = { from: "", to: "\uffff" } as const;
