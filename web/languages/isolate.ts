/** Characters that turn the direction of what stands around them: U+061C, U+200E, U+200F, U+202A–E, U+2066–9. */
const TURNING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const FIRST_STRONG_ISOLATE = "\u2068";
const POP_ISOLATE = "\u2069";

/** What a person or a server wrote, so that it cannot turn the words around it. */
export function withoutTurns(written: string): string {
  return written.replace(TURNING, "");
}

/** The same inside a sentence: it runs its own way, and the sentence goes on as if it were one word. */
export function isolate(written: string): string {
  return `${FIRST_STRONG_ISOLATE}${withoutTurns(written)}${POP_ISOLATE}`;
}
