const START = "/chat";
const FRAGMENT = /^#[A-Za-z0-9_-]{1,200}$/;

/**
 * Where to go after signing in: the asked path if it stays on this origin, else the conversations.
 * What stood behind its `#` came along behind this address's own, and goes on there.
 * `//host`, backslashes and control characters are how a path leaves its origin.
 */
export function nextPath(asked: string | null, fragment = ""): string {
  if (asked === null || !asked.startsWith("/") || asked.startsWith("//")) return START;
  if (asked.includes("\\") || hasControlCharacter(asked)) return START;
  const base = "https://origin.invalid";
  if (!URL.canParse(asked, base)) return START;
  const target = new URL(asked, base);
  if (target.origin !== base || target.pathname.startsWith("//")) return START;
  if (target.pathname.startsWith("/auth/")) return START;
  return target.pathname + target.search + (FRAGMENT.test(fragment) ? fragment : "");
}

function hasControlCharacter(text: string): boolean {
  return [...text].some((character) => character.charCodeAt(0) < 0x20);
}
