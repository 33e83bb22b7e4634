/** In the order of Unicode's own list. */
export const GROUPS = [
  "smileys",
  "people",
  "animals",
  "food",
  "places",
  "activities",
  "objects",
  "symbols",
  "flags",
] as const;
export type GroupOfEmoji = (typeof GROUPS)[number];

export interface Emoji {
  readonly emoji: string;
  readonly name: string;
  /** Further words that find it. */
  readonly words: string;
  /** It shows skin, in one of several tones. */
  readonly toned: boolean;
  readonly group: GroupOfEmoji;
}

const FIRST_LETTER = 0x1f1e6;

/** A file that `web/testing/write-emoji.ts` has written; `countries` names those whose flags these are. */
export function readEmoji(file: string, countries: Intl.DisplayNames): Emoji[] {
  let group: GroupOfEmoji = "smileys";
  return file.split("\n").flatMap((line): Emoji[] => {
    const named = GROUPS.find((one) => line === `# ${one}`);
    if (named) group = named;
    if (named || line === "") return [];
    const [emoji = "", name = "", words = "", tone] = line.split("\t");
    return [
      { emoji, name: name || nameOfCountry(emoji, countries), words, toned: tone !== undefined, group },
    ];
  });
}

function nameOfCountry(flag: string, countries: Intl.DisplayNames): string {
  const code = [...flag].map((letter) =>
    String.fromCharCode(65 + (letter.codePointAt(0) ?? FIRST_LETTER) - FIRST_LETTER),
  );
  return countries.of(code.join("")) ?? flag;
}
