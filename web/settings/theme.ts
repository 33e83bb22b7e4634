import { effect, signal } from "@preact/signals";
import { readPreference, writePreference } from "./preferences.ts";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

export const theme = signal<Theme>("system");

export function startTheme(): void {
  theme.value = THEMES.find((known) => known === readPreference("theme")) ?? "system";
  effect(() => {
    document.documentElement.dataset["theme"] = theme.value;
  });
}

export function chooseTheme(chosen: Theme): void {
  theme.value = chosen;
  writePreference("theme", chosen);
}
