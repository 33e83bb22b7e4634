import { type ReadonlySignal, signal } from "@preact/signals";

export interface FetchedOnce<T> {
  /** Undefined until it was fetched. What reads it is drawn anew then. */
  readonly fetched: ReadonlySignal<T | undefined>;
  /** Where it cannot be fetched, the next who wants it asks again. */
  readonly fetch: () => Promise<void>;
}

export function fetchedOnce<T>(load: () => Promise<T>): FetchedOnce<T> {
  const fetched = signal<T | undefined>(undefined);
  let asked: Promise<void> | undefined;
  const fetch = () => {
    asked ??= load().then(
      (loaded) => {
        fetched.value = loaded;
      },
      () => {
        asked = undefined;
      },
    );
    return asked;
  };
  return { fetched, fetch };
}
