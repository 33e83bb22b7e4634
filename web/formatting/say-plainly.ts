import type { Part } from "./read-formatting.ts";

/** In place of what is hidden; always as long, to tell nothing of it. */
export const HIDDEN = "▒▒▒▒";

/** The words alone, without marks and without what is hidden. */
export function sayPlainly(parts: readonly Part[]): string {
  return parts.map(say).join("").trim();
}

function say(part: Part): string {
  switch (part.kind) {
    case "words":
    case "code":
      return part.text;
    case "block":
      return `\n${part.text}\n`;
    case "spoiler":
      return HIDDEN;
    case "quote":
      return `\n${sayPlainly(part.parts)}\n`;
    case "list":
      return `\n${part.items.map(sayPlainly).join("\n")}\n`;
    default:
      return sayPlainlyInside(part.parts);
  }
}

/** Untrimmed: it stands among other words. */
function sayPlainlyInside(parts: readonly Part[]): string {
  return parts.map(say).join("");
}
