/** Marks that readers do not type: accents, Arabic vowel signs, Hebrew points, the stretching of letters. */
const MARKS = /[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]|\p{Cf}/gu;
const ARABIC: Readonly<Record<string, string>> = { ي: "ی", ى: "ی", ك: "ک", ة: "ه" };
const ARABIC_LETTERS = /[يىكة]/g;
const DIGITS = /[\u0660-\u0669\u06f0-\u06f9]/g;

/**
 * Text as it is compared: case, accents, the two ways of writing one Arabic letter and joiners make no difference.
 * Thai and Indic vowel signs do, which are letters to their readers.
 */
export function foldText(text: string): string {
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replace(MARKS, "")
    .replace(ARABIC_LETTERS, (letter) => ARABIC[letter] ?? letter)
    .replace(DIGITS, (digit) => String(digit.charCodeAt(0) & 0xf));
}

/** What is looked for: each of the words, wherever it stands, also within a longer one. */
export function wordsOf(typed: string): string[] {
  return foldText(typed)
    .split(/\s+/)
    .filter((word) => word !== "");
}

export interface Stretch {
  readonly text: string;
  readonly isFound: boolean;
}

/** The text in stretches, so that what was found in it can be shown. */
export function markFound(text: string, words: readonly string[]): Stretch[] {
  const { folded, places } = foldByLetter(text);
  const found = new Uint8Array(text.length);
  for (const word of words)
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + word.length)) {
      const end = places[at + word.length - 1]?.end ?? text.length;
      found.fill(1, places[at]?.start ?? 0, end);
    }
  const stretches: Stretch[] = [];
  for (let start = 0; start < text.length; ) {
    const isFound = found[start] === 1;
    let end = start + 1;
    while (end < text.length && (found[end] === 1) === isFound) end += 1;
    stretches.push({ text: text.slice(start, end), isFound });
    start = end;
  }
  return stretches;
}

/** The folded text with, for each of its letters, where it came from. */
function foldByLetter(text: string) {
  const places: { start: number; end: number }[] = [];
  let folded = "";
  let start = 0;
  for (const letter of text) {
    const end = start + letter.length;
    const plain = foldText(letter);
    for (let index = 0; index < plain.length; index += 1) places.push({ start, end });
    folded += plain;
    start = end;
  }
  return { folded, places };
}
