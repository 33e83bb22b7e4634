/**
 * Writes what the picker knows of each emoji, a file for each language, from the data of Unicode:
 *
 *   bun web/testing/write-emoji.ts
 *
 * A line begins a group (`# smileys`) or tells of one emoji, between tabs: itself, its name, other words that find it
 * and, where it takes a tone of skin, `~`. Flags of countries have no name here: every browser knows it.
 */
import { join } from "node:path";
import groups from "unicode-emoji-json/data-by-group.json";
import { GROUPS } from "../emoji/read-emoji.ts";
import { DIRECTIONS, type Language } from "../languages/tongues.ts";

const ARROW = "\u200d➡\ufe0f";
const COUNTRY = /^\p{Regional_Indicator}{2}$/u;

interface Annotation {
  readonly tts?: readonly string[];
  readonly default?: readonly string[];
}
type Annotations = Readonly<Record<string, Annotation>>;

if (import.meta.main)
  for (const language of Object.keys(DIRECTIONS) as Language[])
    await Bun.write(join(import.meta.dir, `../emoji/emoji-${language}.txt`), await makeEmoji(language));

export async function makeEmoji(language: Language): Promise<string> {
  const path = Bun.resolveSync(
    `cldr-annotations-full/annotations/${language}/annotations.json`,
    import.meta.dir,
  );
  const annotations: Annotations = (await Bun.file(path).json()).annotations.annotations;
  const lines = groups.flatMap(({ emojis }, index) => [
    `# ${GROUPS[index]}`,
    ...emojis.map((one) => lineOf(one, annotations)),
  ]);
  return `${lines.join("\n")}\n`;
}

function lineOf(one: { emoji: string; name: string; skin_tone_support: boolean }, annotations: Annotations) {
  const { emoji } = one;
  const known = annotations[emoji] ?? annotations[emoji.replaceAll("\ufe0f", "")];
  const turned = annotations[emoji.replace(ARROW, "")];
  const name = COUNTRY.test(emoji) ? "" : (known?.tts?.[0] ?? turned?.tts?.[0] ?? one.name);
  const words = (known ?? turned)?.default?.filter((word) => word !== name) ?? [];
  return [emoji, name, words.join(" "), ...(one.skin_tone_support ? ["~"] : [])].join("\t");
}
