import { MOST_MENTIONS } from "../../src/protocol/content.ts";
import type { AccountId } from "../../src/protocol/ids.ts";

/** The word that means everybody; no account may be called so. */
export const ALL = "all";

/** A piece of what was written: plain words, or the name of somebody. */
export interface Piece {
  readonly text: string;
  /** `ALL` or a username, as it is registered. */
  readonly name?: string;
}

/** Usernames begin with a letter; what stands before `@` in an address is no mention. */
const NAMED = /(?<![\p{L}\p{N}._%+@/-])@([a-z][a-z0-9._-]{0,63})/giu;

/** The names among these that are called in the words, in their place. */
export function splitMentions(text: string, isName: (name: string) => boolean): readonly Piece[] {
  const pieces: Piece[] = [];
  let rest = 0;
  for (const match of text.matchAll(NAMED)) {
    const name = longestName((match[1] ?? "").toLowerCase(), isName);
    if (name === undefined) continue;
    if (match.index > rest) pieces.push({ text: text.slice(rest, match.index) });
    rest = match.index + 1 + name.length;
    pieces.push({ text: text.slice(match.index, rest), name });
  }
  return rest < text.length ? [...pieces, { text: text.slice(rest) }] : pieces;
}

/** The full stop behind a name ends the sentence. */
function longestName(word: string, isName: (name: string) => boolean): string | undefined {
  for (let name = word; name !== ""; name = name.slice(0, -1)) {
    if (isName(name)) return name;
    if (!/[._-]$/.test(name)) return undefined;
  }
  return undefined;
}

export interface Mentions {
  readonly mentions?: AccountId[];
  readonly mentionsAll?: true;
}

/** Whom these words call, of those who are in. */
export function findMentions(
  text: string,
  people: readonly { readonly accountId: AccountId; readonly username: string }[],
  mayCallAll: boolean,
): Mentions {
  const byName = new Map(people.map(({ username, accountId }) => [username, accountId]));
  const called = new Set(
    splitMentions(text, (name) => name === ALL || byName.has(name)).map(({ name }) => name),
  );
  const mentions = [...called].flatMap((name = "") => byName.get(name) ?? []).slice(0, MOST_MENTIONS);
  return {
    ...(mentions.length > 0 ? { mentions } : {}),
    ...(mayCallAll && called.has(ALL) ? { mentionsAll: true as const } : {}),
  };
}
