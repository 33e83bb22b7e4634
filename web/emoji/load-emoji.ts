import type { Language } from "../languages/tongues.ts";
import english from "./emoji-en.txt" with { type: "file" };
import persian from "./emoji-fa.txt" with { type: "file" };
import { type Emoji, readEmoji } from "./read-emoji.ts";

const FILES: Record<Language, string> = { en: english, fa: persian };

/** From beside this script: a file of names is no script, and is fetched when somebody first looks for one. */
export async function loadEmoji(language: Language): Promise<Emoji[]> {
  const response = await fetch(new URL(FILES[language], import.meta.url));
  if (!response.ok) throw new Error(`no names of emoji: ${response.status}`);
  return readEmoji(await response.text(), new Intl.DisplayNames(language, { type: "region" }));
}
