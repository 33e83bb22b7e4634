/** The last one there is (ECMA-262, time values): what a sender or a server made up beyond it must not end an export. */
const LAST = 8.64e15;

export function dateOf(milliseconds: number): Date {
  return new Date(Math.min(milliseconds, LAST));
}
