/** What the marks around a selection mean; a text of its own lines gets fences. */
export const MARKS = { bold: "**", italic: "_", strike: "~~", spoiler: "||", code: "`" } as const;
export type Mark = keyof typeof MARKS;

export interface Selected {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

const FENCE = "```";

/** Puts the marks around what is selected, or takes them away where they stand; the same words stay selected. */
export function markSelection({ text, from, to }: Selected, mark: Mark): Selected {
  const [start, end] = tight(text, from, to);
  const inside = text.slice(start, end);
  if (inside === "") return { text, from, to };
  const [open, close] = around(inside, mark);
  const before = text.slice(0, start);
  const after = text.slice(end);
  if (before.endsWith(open) && after.startsWith(close))
    return {
      text: before.slice(0, -open.length) + inside + after.slice(close.length),
      from: start - open.length,
      to: end - open.length,
    };
  return { text: before + open + inside + close + after, from: start + open.length, to: end + open.length };
}

function around(inside: string, mark: Mark): readonly [string, string] {
  if (mark === "code" && inside.includes("\n")) return [`${FENCE}\n`, `\n${FENCE}`];
  return [MARKS[mark], MARKS[mark]];
}

/** Marks stand close to the words: a space within would take their meaning away. */
function tight(text: string, from: number, to: number): readonly [number, number] {
  const selected = text.slice(from, to);
  const start = from + (selected.length - selected.trimStart().length);
  return [start, Math.max(start, to - (selected.length - selected.trimEnd().length))];
}
