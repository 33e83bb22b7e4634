/** A family with skin tones takes this many places. */
const LONGEST_EMOJI = 32;

/** One picture alone, such as is meant to be seen large. */
export function isOneEmoji(text: string): boolean {
  if (text.length > LONGEST_EMOJI || !/\p{Extended_Pictographic}|\p{Regional_Indicator}/u.test(text))
    return false;
  return [...new Intl.Segmenter().segment(text.trim())].length === 1;
}
