/** Looks and habits, never content: kept in plain text, and doing without it where the browser forbids storage. */
type Preference = "theme" | "language" | "list-width" | "enter" | "reminded";

export function readPreference(name: Preference): string | undefined {
  try {
    return localStorage.getItem(`elahe.${name}`) ?? undefined;
  } catch {
    return undefined;
  }
}

export function writePreference(name: Preference, value: string): void {
  try {
    localStorage.setItem(`elahe.${name}`, value);
  } catch {
    // A window that keeps nothing still works; the choice lasts until it is closed.
  }
}
