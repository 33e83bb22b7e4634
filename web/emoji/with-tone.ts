/** None, and the five of Unicode. */
export const TONES = ["", "🏻", "🏼", "🏽", "🏾", "🏿"] as const;

const HANDS_BETWEEN = "\u200d🤝\u200d";
const SKIN = /(\p{Emoji_Modifier_Base})\ufe0f?/gu;

/** The same emoji in a tone of skin: everybody in it has the same one. */
export function withTone(emoji: string, tone: string): string {
  if (tone === "") return emoji;
  return emoji
    .split(HANDS_BETWEEN)
    .map((part) => part.replace(SKIN, `$1${tone}`))
    .join(HANDS_BETWEEN);
}
