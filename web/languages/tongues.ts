/** What is known of each language before its catalogue is loaded. */
export const DIRECTIONS = { en: "ltr", fa: "rtl" } as const;
export type Language = keyof typeof DIRECTIONS;

export function isLanguage(text: string | undefined): text is Language {
  return text !== undefined && Object.hasOwn(DIRECTIONS, text);
}

/** The first of the person's languages that there is a catalogue for, else English. */
export function bestLanguage(wanted: readonly string[]): Language {
  return wanted.map((tag) => tag.toLowerCase().split("-")[0]).find(isLanguage) ?? "en";
}
