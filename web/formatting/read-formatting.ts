import { Lexer, Marked, type Token, Tokenizer, type Tokens } from "marked";

/** What a person wrote, as their marks mean it. */
export type Part =
  | { readonly kind: "words"; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "block"; readonly text: string }
  | {
      readonly kind: "bold" | "italic" | "strike" | "spoiler" | "quote";
      readonly parts: readonly Part[];
    }
  | {
      readonly kind: "list";
      /** Of a numbered one: where it begins. */
      readonly first: number | undefined;
      readonly items: readonly (readonly Part[])[];
    };

/** Quotes and lists within each other; deeper ones stay as written. */
const DEEPEST = 6;
/** Characters that may be gone over in search of the ends of marks; a message that needs more keeps its others as written. */
export const MOST_SEARCHED = 600_000;

/** Of the message that is being read; reading never waits. */
let searchable = 0;
let depth = 0;

const own = Tokenizer.prototype;
const never = () => undefined;

/** Everything that is not named here stays what was typed: headings, pictures, tables, tags, named links. */
const LITERAL = {
  code: never,
  heading: never,
  lheading: never,
  hr: never,
  html: never,
  def: never,
  table: never,
  tag: never,
  link: never,
  reflink: never,
  autolink: never,
  url: never,
  br: never,
};

const LISTED_LINE = " {0,3}(?:[-*]|\\d{1,3}\\.) +\\S[^\\n]*(?:\\n|$)";
const FENCE = "(?:```|~~~)";

/** Each line says so itself, unlike on paper; `>_<` and a lone `-` are what they are. */
const QUOTED = /^> [^\n]*(?:\n|$)(?:>[^\n]*(?:\n|$))*/;
const LISTED = new RegExp(`^${LISTED_LINE}(?:${LISTED_LINE}| {2,}\\S[^\\n]*(?:\\n|$))*`);

/** The library's own know what stays literal here, and go over the rest of the message at each line or bracket. */
Lexer.rules.block.gfm.paragraph = new RegExp(
  `^([^\\n]+(?:\\n(?!> |${FENCE}|${LISTED_LINE}|[ \\t]*(?:\\n|$))[^\\n]+)*)`,
);
Lexer.rules.inline.gfm.blockSkip = /(?<!`)(`+)[^`]+\1(?!`)/g;

const marked = new Marked({
  tokenizer: {
    ...LITERAL,
    fences(source) {
      const token = maySearch(source) ? own.fences.call(this, source) : undefined;
      return token?.text ? token : undefined;
    },
    blockquote(source) {
      const [lines] = QUOTED.exec(source) ?? [];
      return lines === undefined ? undefined : deeper(lines, () => own.blockquote.call(this, lines));
    },
    list(source) {
      const [lines] = LISTED.exec(source) ?? [];
      return lines === undefined ? undefined : deeper(lines, () => own.list.call(this, lines));
    },
    emStrong(source, masked, before) {
      return /^[*_]/.test(source) && maySearch(source)
        ? own.emStrong.call(this, source, masked, before)
        : undefined;
    },
    codespan(source) {
      return source.startsWith("`") && maySearch(source) ? own.codespan.call(this, source) : undefined;
    },
    del(source, masked, before) {
      return source.startsWith("~~") && maySearch(source)
        ? own.del.call(this, source, masked, before)
        : undefined;
    },
    /** A backslash takes their meaning from marks that have one, and stays before all else. */
    escape(source) {
      const [raw, text] = /^\\([*_~|`>])/.exec(source) ?? [];
      return raw && text ? { type: "escape", raw, text } : undefined;
    },
  },
  extensions: [
    {
      name: "spoilers",
      level: "block",
      start: findLongSpoiler,
      tokenizer(source) {
        if (findLongSpoiler(source) !== 0) return undefined;
        const text = source.slice(2, source.indexOf("||", 2));
        return { type: "spoilers", raw: `||${text}||`, tokens: this.lexer.blockTokens(text) };
      },
    },
    {
      name: "spoiler",
      level: "inline",
      start: (source) => indexOf(source, "||"),
      tokenizer(source) {
        if (!source.startsWith("||")) return undefined;
        const end = source.indexOf("||", 2);
        const text = source.slice(2, end);
        if (end < 0 || !isTight(text)) return undefined;
        return { type: "spoiler", raw: `||${text}||`, tokens: this.lexer.inlineTokens(text) };
      },
    },
  ],
});

/** The same words in the same order, without the marks that have a meaning. Costs the same, whatever was written. */
export function readFormatting(written: string): readonly Part[] {
  searchable = MOST_SEARCHED;
  depth = 0;
  return join(marked.lexer(written).flatMap(toParts));
}

function maySearch({ length }: string): boolean {
  if (length > searchable) return false;
  searchable -= length;
  return true;
}

function deeper<Result>(lines: string, read: () => Result): Result | undefined {
  if (depth >= DEEPEST || !maySearch(lines)) return undefined;
  depth += 1;
  try {
    return read();
  } finally {
    depth -= 1;
  }
}

/** Where in these lines something hidden begins that goes on after them; nothing in between may end it. */
function findLongSpoiler(source: string): number | undefined {
  const blank = source.indexOf("\n\n");
  const last = blank < 0 ? source.length : blank;
  let from = source.indexOf("||");
  while (from >= 0 && from < last) {
    const end = source.indexOf("||", from + 2);
    if (end < 0) return undefined;
    const text = source.slice(from + 2, end);
    if (!isTight(text)) from = end;
    else if (text.includes("\n")) return from;
    else from = source.indexOf("||", end + 2);
  }
  return undefined;
}

/** `a || b || c` hides nothing. */
function isTight(text: string): boolean {
  return text !== "" && text === text.trim();
}

function indexOf(source: string, what: string): number | undefined {
  const at = source.indexOf(what);
  return at < 0 ? undefined : at;
}

function toParts(token: Token): readonly Part[] {
  switch (token.type) {
    case "strong":
      return [{ kind: "bold", parts: inside(token) }];
    case "em":
      return [{ kind: "italic", parts: inside(token) }];
    case "del":
      return [{ kind: "strike", parts: inside(token) }];
    case "spoiler":
    case "spoilers":
      return [{ kind: "spoiler", parts: inside(token) }];
    case "blockquote":
      return [{ kind: "quote", parts: inside(token) }];
    case "codespan":
      return [{ kind: "code", text: token["text"] }];
    case "code":
      return [{ kind: "block", text: token["text"] }];
    case "list":
      return [toList(token as Tokens.List)];
    case "escape":
      return [words(token["text"])];
    case "paragraph":
    case "text":
      return token["tokens"]
        ? [...inside(token), words(/\n*$/.exec(token.raw)?.[0] ?? "")]
        : [words(token.raw)];
    default:
      return [words(token.raw)];
  }
}

function toList({ ordered, start, items }: Tokens.List): Part {
  return {
    kind: "list",
    first: ordered ? Number(start) : undefined,
    items: items.map((item) => inside(item)),
  };
}

function inside({ tokens = [] }: { tokens?: Token[] }): readonly Part[] {
  return join(tokens.flatMap(toParts));
}

function words(text: string): Part {
  return { kind: "words", text };
}

const STANDING: readonly Part["kind"][] = ["block", "quote", "list"];

/** Words next to each other as one; without the line breaks that what stands for itself brings along. */
function join(parts: readonly Part[]): readonly Part[] {
  const joined: Part[] = [];
  for (const part of parts) {
    const before = joined.at(-1);
    if (part.kind === "words" && before?.kind === "words")
      joined.splice(-1, 1, words(before.text + part.text));
    else joined.push(part);
  }
  return joined.flatMap((part, at) => {
    if (part.kind !== "words") return part;
    const text = trimBreaks(part.text, stands(joined[at - 1]), stands(joined[at + 1]));
    return text === "" ? [] : words(text);
  });
}

/** The beginning and the end of all stand for themselves as well. */
function stands(part: Part | undefined): boolean {
  return part === undefined || STANDING.includes(part.kind);
}

function trimBreaks(text: string, start: boolean, end: boolean): string {
  const begun = start ? text.replace(/^\n+/, "") : text;
  return end ? begun.trimEnd() : begun;
}
