import type { Platform } from "../../web/delivery/platform/platform.ts";

/** A device's clock that stands still until it is moved: on a busy machine no story runs into its own deadline. */
export function heldClock(ahead = 0) {
  let now = Date.now() + ahead;
  return {
    now: () => now,
    advance(milliseconds: number): void {
      now += milliseconds;
    },
    through: (platform: Platform): Platform => ({ ...platform, clock: { now: () => now } }),
  };
}
