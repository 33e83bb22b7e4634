import { effect, signal } from "@preact/signals";
import { readPreference, writePreference } from "./preferences.ts";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

export const theme = signal<Theme>("system");

export function startTheme(): void {
  theme.value = THEMES.find((known) => known === readPreference("theme")) ?? "system";
  effect(() => {
    document.documentElement.dataset["theme"] = theme.value;
    tintBrowser(theme.value);
  });
}

/** The browser's own bars follow the choice; the page names a colour for light and one for dark. */
function tintBrowser(chosen: Theme): void {
  const colours = document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]');
  for (const meta of colours) {
    meta.dataset["scheme"] ??= /dark/.test(meta.media) ? "dark" : "light";
    const scheme = meta.dataset["scheme"];
    meta.media =
      chosen === "system" ? `(prefers-color-scheme: ${scheme})` : chosen === scheme ? "all" : "not all";
  }
}

export function chooseTheme(chosen: Theme): void {
  theme.value = chosen;
  writePreference("theme", chosen);
}
