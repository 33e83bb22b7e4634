import { Failed } from "../failures.ts";

/** Pages of one catching up: far more than anybody honest has, and an end for who never ends. */
const MOST_PAGES = 5_000;

interface Page {
  readonly events: readonly { readonly sequence: number }[];
  readonly upTo: number;
  readonly head: number;
}

/**
 * Holds a server to what pages are: each begins after the one before, holds only what lies in it, and only the
 * last may be empty. Anything else would turn for ever or lead past what was never shown. Throws
 * `server_wrong`; what was taken before stays, and the next catching up goes on from there.
 */
export function demandProgress() {
  let pages = 0;
  return (after: number, page: Page): void => {
    pages += 1;
    const { events, upTo, head } = page;
    const moves = upTo === head || (upTo < head && upTo > after && events.length > 0);
    const within = events.every(({ sequence }) => sequence > after && sequence <= upTo);
    if (!moves || !within || pages > MOST_PAGES) throw new Failed("server_wrong");
  };
}

/** The same for a list that names where it goes on: never twice from the same place, and never without end. */
export function demandNewPlaces<Place>() {
  const seen = new Set<Place>();
  return (place: Place, listed: number): void => {
    if (seen.has(place) || listed === 0 || seen.size >= MOST_PAGES) throw new Failed("server_wrong");
    seen.add(place);
  };
}
