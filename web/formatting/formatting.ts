import { learnWords } from "../languages/language.ts";
import { fetchedOnce } from "../ui/fetched-once.ts";

/** Without one of these nothing has a meaning beyond its words. */
const PERHAPS_MARKED = /[*_`]|~~|\|\||^> |^ *(?:-|\d{1,3}\.) /m;
/** In place of what may be hidden, until it can be told. */
const COVERED = "▒▒▒▒";

export const { fetched: formatting, fetch: fetchFormatting } = fetchedOnce(async () => {
  await learnWords("writing");
  return import("./formatted.ts");
});

export function perhapsMarked(text: string): boolean {
  return PERHAPS_MARKED.test(text);
}

/** More than is meant to be hidden, rather than less. */
export function coverAll(text: string): string {
  return text.replace(/\|\|\S[\s\S]*\|\|/, COVERED);
}

/** What is said where there is no room for more than the words: nothing of what is hidden. */
export function plainWords(text: string): string {
  if (!perhapsMarked(text)) return text;
  if (formatting.value) return formatting.value.plainly(text);
  void fetchFormatting();
  return coverAll(text);
}
