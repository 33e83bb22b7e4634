import type { Emoji } from "./read-emoji.ts";

const MOST = 80;

/** Each word that was typed begins one of its words; those it begins the name of come first. */
export function findEmoji(all: readonly Emoji[], typed: string): Emoji[] {
  const wanted = wordsOf(typed);
  if (wanted.length === 0) return all.filter(({ emoji }) => emoji === typed.trim());
  const hits = all.filter(({ name, words }) => beginAll(wanted, wordsOf(`${name} ${words}`)));
  const isNamed = ({ name }: Emoji) => beginAll(wanted, wordsOf(name));
  return [...hits.filter(isNamed), ...hits.filter((one) => !isNamed(one))].slice(0, MOST);
}

function beginAll(wanted: readonly string[], words: readonly string[]): boolean {
  return wanted.every((beginning) => words.some((word) => word.startsWith(beginning)));
}

/** Persian is typed with Arabic letters too. */
function wordsOf(text: string): string[] {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll("ي", "ی")
    .replaceAll("ك", "ک")
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}
