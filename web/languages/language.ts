import { computed, effect, signal } from "@preact/signals";
import { readPreference, writePreference } from "../settings/preferences.ts";
import type { Catalogue, FillingOf, Key, Plural } from "./catalogue.ts";
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

/** Words that are fetched with the views that say them. */
const PARTS = {
  archive: {
    en: async () => (await import("./archive/english.ts")).english,
    fa: async () => (await import("./archive/persian.ts")).persian,
  },
  attachments: {
    en: async () => (await import("./attachments/english.ts")).english,
    fa: async () => (await import("./attachments/persian.ts")).persian,
  },
  begin: {
    en: async () => (await import("./begin/english.ts")).english,
    fa: async () => (await import("./begin/persian.ts")).persian,
  },
  channels: {
    en: async () => (await import("./channels/english.ts")).english,
    fa: async () => (await import("./channels/persian.ts")).persian,
  },
  chat: {
    en: async () => (await import("./chat/english.ts")).english,
    fa: async () => (await import("./chat/persian.ts")).persian,
  },
  changes: {
    en: async () => (await import("./changes/english.ts")).english,
    fa: async () => (await import("./changes/persian.ts")).persian,
  },
  communities: {
    en: async () => (await import("./communities/english.ts")).english,
    fa: async () => (await import("./communities/persian.ts")).persian,
  },
  deeds: {
    en: async () => (await import("./deeds/english.ts")).english,
    fa: async () => (await import("./deeds/persian.ts")).persian,
  },
  details: {
    en: async () => (await import("./details/english.ts")).english,
    fa: async () => (await import("./details/persian.ts")).persian,
  },
  devices: {
    en: async () => (await import("./devices/english.ts")).english,
    fa: async () => (await import("./devices/persian.ts")).persian,
  },
  emoji: {
    en: async () => (await import("./emoji/english.ts")).english,
    fa: async () => (await import("./emoji/persian.ts")).persian,
  },
  export: {
    en: async () => (await import("./export/english.ts")).english,
    fa: async () => (await import("./export/persian.ts")).persian,
  },
  groups: {
    en: async () => (await import("./groups/english.ts")).english,
    fa: async () => (await import("./groups/persian.ts")).persian,
  },
  instead: {
    en: async () => (await import("./instead/english.ts")).english,
    fa: async () => (await import("./instead/persian.ts")).persian,
  },
  links: {
    en: async () => (await import("./links/english.ts")).english,
    fa: async () => (await import("./links/persian.ts")).persian,
  },
  polls: {
    en: async () => (await import("./polls/english.ts")).english,
    fa: async () => (await import("./polls/persian.ts")).persian,
  },
  reports: {
    en: async () => (await import("./reports/english.ts")).english,
    fa: async () => (await import("./reports/persian.ts")).persian,
  },
  safety: {
    en: async () => (await import("./safety/english.ts")).english,
    fa: async () => (await import("./safety/persian.ts")).persian,
  },
  search: {
    en: async () => (await import("./search/english.ts")).english,
    fa: async () => (await import("./search/persian.ts")).persian,
  },
  several: {
    en: async () => (await import("./several/english.ts")).english,
    fa: async () => (await import("./several/persian.ts")).persian,
  },
  settings: {
    en: async () => (await import("./settings/english.ts")).english,
    fa: async () => (await import("./settings/persian.ts")).persian,
  },
  writing: {
    en: async () => (await import("./writing/english.ts")).english,
    fa: async () => (await import("./writing/persian.ts")).persian,
  },
} as const satisfies Record<string, Record<Language, () => Promise<object>>>;

export type PartOfWords = keyof typeof PARTS;
const learnt = new Set<PartOfWords>();

export type LanguageChoice = Language | "system";

const CHOICES = ["system", ...Object.keys(LANGUAGES)] as LanguageChoice[];

export const languageChoice = signal<LanguageChoice>("system");
export const language = signal<Language>("en");
/** The language with the person's own region where the browser tells it: dates and clocks differ by it. */
export const locale = computed(
  () => wantedLanguages().find((tag) => tag.split("-")[0] === language.value) ?? language.value,
);
const direction = computed(() => DIRECTIONS[language.value]);
type Words = Readonly<Record<string, string | Plural>>;
const catalogue = signal<Words>(english);

const numbers = computed(() => new Intl.NumberFormat(language.value));
const plurals = computed(() => new Intl.PluralRules(language.value));

/** The sentence of a key in the current language, what fills it isolated; views that say it follow a change of language. */
export function say<K extends Key>(key: K, ...filling: FillingOf<K>): string {
  const places = (filling[0] ?? {}) as Record<string, string | number>;
  const entry = catalogue.value[key] ?? key;
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
  return Object.hasOwn(catalogue.value, text);
}

/** Which way a box to write in runs: by its first letter, and by the interface until there is one. */
export function directionOf(written: string): "ltr" | "rtl" | "auto" {
  return /\p{L}/u.test(written) ? "auto" : direction.value;
}

/** Which way words run, by their first letter beside addresses; undefined: as the interface. */
export function runOf(words: string): "ltr" | "rtl" | undefined {
  const letter = /\p{L}/u.exec(words.replace(/\S+:\/\/\S+/g, ""))?.[0];
  if (letter === undefined) return undefined;
  return /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/.test(letter) ? "rtl" : "ltr";
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

/** Before a view is shown that says words of these parts. */
export async function learnWords(...parts: readonly PartOfWords[]): Promise<void> {
  if (parts.length === 0) return;
  for (const part of parts) learnt.add(part);
  catalogue.value = await wordsOf(language.value);
}

async function wordsOf(next: Language): Promise<Words> {
  const parts = await Promise.all([...learnt].map((part) => PARTS[part][next]()));
  return Object.assign({}, await LANGUAGES[next].load(), ...parts);
}

async function follow(choice: LanguageChoice): Promise<void> {
  const next = choice === "system" ? bestLanguage(wantedLanguages()) : choice;
  const loaded = await wordsOf(next);
  languageChoice.value = choice;
  catalogue.value = loaded;
  language.value = next;
}

/** Under Bun there is a navigator without languages. */
function wantedLanguages(): readonly string[] {
  return navigator.languages ?? [];
}

function pluralForm(forms: Exclude<Words[string], string>, count: number): string {
  return forms[plurals.value.select(count)] ?? forms.other;
}
