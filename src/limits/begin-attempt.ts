import type { Database } from "../db/database.ts";
import { keep } from "./keep.ts";
import { type Limited, refuseFor } from "./take.ts";

const FREE = 5;
const FIRST_DELAY = 1_000;
const LONGEST_DELAY = 15 * 60_000;
const FORGOTTEN_AFTER = 60 * 60_000;

interface Attempts {
  readonly count: number;
  readonly last: number;
  readonly refusedUntil: number;
}

const attempts = new WeakMap<Database, Map<string, Attempts>>();

/**
 * Guessing gets slower with each failure of this key: five are free, then one has to wait 1, 2, 4 …
 * seconds, at most 15 minutes. The attempt counts from its beginning, so that many guesses at once gain
 * nothing; `succeeded` clears the count. The key holds the address too: nobody can lock somebody else out.
 */
export function beginAttempt(request: Limited, key: string): { succeeded(): void } {
  const ofServer = attempts.get(request.app.db) ?? new Map<string, Attempts>();
  attempts.set(request.app.db, ofServer);
  const now = request.app.clock.now();
  const before = ofServer.get(key);
  const known = before !== undefined && now - before.last < FORGOTTEN_AFTER ? before : undefined;
  if (known !== undefined && now < known.refusedUntil) refuseFor(request, known.refusedUntil - now);
  const count = (known?.count ?? 0) + 1;
  keep(ofServer, key, { count, last: now, refusedUntil: now + delayAfter(count) });
  return { succeeded: () => ofServer.delete(key) };
}

function delayAfter(count: number): number {
  return count < FREE ? 0 : Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** (count - FREE));
}
