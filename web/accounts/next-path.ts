const START = "/chat";

/**
 * Where to go after signing in: the asked path if it stays on this origin, else the conversations.
 * `//host`, backslashes and control characters are how a path leaves its origin.
 */
export function nextPath(asked: string | null): string {
  if (asked === null || !asked.startsWith("/") || asked.startsWith("//")) return START;
  if (asked.includes("\\") || hasControlCharacter(asked)) return START;
  const base = "https://origin.invalid";
  if (!URL.canParse(asked, base)) return START;
  const target = new URL(asked, base);
  if (target.origin !== base || target.pathname.startsWith("//")) return START;
  return target.pathname.startsWith("/auth/") ? START : target.pathname + target.search;
}

function hasControlCharacter(text: string): boolean {
  return [...text].some((character) => character.charCodeAt(0) < 0x20);
}
