import { computed, effect, signal } from "@preact/signals";
import { readPreference, writePreference } from "../settings/preferences.ts";
import type { Catalogue, FillingOf, Key } from "./catalogue.ts";
import { english } from "./english.ts";
import { isolate } from "./isolate.ts";
import { bestLanguage, DIRECTIONS, type Language } from "./tongues.ts";

export const LANGUAGES = {
  en: { name: "English", load: async (): Promise<Catalogue> => english },
  fa: {
    name: "فارسی",
    load: async (): Promise<Catalogue> => (await import("./persian.ts")).persian,
  },
} as const satisfies Record<Language, unknown>;
export type LanguageChoice = Language | "system";

const CHOICES = ["system", ...Object.keys(LANGUAGES)] as LanguageChoice[];

export const languageChoice = signal<LanguageChoice>("system");
export const language = signal<Language>("en");
/** The language with the person's own region where the browser tells it: dates and clocks differ by it. */
export const locale = computed(
  () => wantedLanguages().find((tag) => tag.split("-")[0] === language.value) ?? language.value,
);
const direction = computed(() => DIRECTIONS[language.value]);
const catalogue = signal<Catalogue>(english);

const numbers = computed(() => new Intl.NumberFormat(language.value));
const plurals = computed(() => new Intl.PluralRules(language.value));

/** The sentence of a key in the current language, what fills it isolated; views that say it follow a change of language. */
export function say<K extends Key>(key: K, ...filling: FillingOf<K>): string {
  const places = (filling[0] ?? {}) as Record<string, string | number>;
  const entry = catalogue.value[key] as Catalogue[Key];
  const sentence = typeof entry === "string" ? entry : pluralForm(entry, Number(places["count"]));
  return sentence.replace(/\{(\w+)\}/g, (whole, place: string) => {
    const value = places[place];
    if (value === undefined) return whole;
    return typeof value === "number" ? numbers.value.format(value) : placed(value);
  });
}

/** Plain letters cannot turn a sentence that runs as they do. */
function placed(value: string): string {
  return direction.value === "ltr" && /^[ -~]*$/.test(value) ? value : isolate(value);
}

export function isKey(text: string): text is Key {
  return Object.hasOwn(english, text);
}

/** Which way a box to write in runs: by its first letter, and by the interface until there is one. */
export function directionOf(written: string): "ltr" | "rtl" | "auto" {
  return /\p{L}/u.test(written) ? "auto" : direction.value;
}

/** Several names as one part of a sentence. */
export function sayList(parts: readonly string[]): string {
  return new Intl.ListFormat(language.value).format(parts);
}

export function sayNumber(value: number): string {
  return numbers.value.format(value);
}

export async function chooseLanguage(choice: LanguageChoice): Promise<void> {
  writePreference("language", choice);
  await follow(choice);
}

/** Reads the stored choice, loads its catalogue and keeps `lang` and `dir` of the page in step. */
export async function startLanguage(): Promise<void> {
  await follow(CHOICES.find((choice) => choice === readPreference("language")) ?? "system");
  effect(() => {
    document.documentElement.lang = language.value;
    document.documentElement.dir = direction.value;
  });
}

async function follow(choice: LanguageChoice): Promise<void> {
  const next = choice === "system" ? bestLanguage(wantedLanguages()) : choice;
  const loaded = await LANGUAGES[next].load();
  languageChoice.value = choice;
  catalogue.value = loaded;
  language.value = next;
}

/** Under Bun there is a navigator without languages. */
function wantedLanguages(): readonly string[] {
  return navigator.languages ?? [];
}

function pluralForm(forms: Exclude<Catalogue[Key], string>, count: number): string {
  return forms[plurals.value.select(count) as "one" | "other"] ?? forms.other;
}
