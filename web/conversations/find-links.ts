export type TextPart = { readonly text: string; readonly href: string | undefined };

const LINK = /\bhttps?:\/\/[^\s<>"'«»]+/gi;
const TRAILING = /[.,;:!?…،؛؟*_~]+$/;

/** Splits what a person wrote into plain text and web addresses; nothing is ever fetched for them. */
export function findLinks(written: string): TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const match of written.matchAll(LINK)) {
    const link = trimLink(match[0]);
    if (!URL.canParse(link)) continue;
    if (match.index > from) parts.push({ text: written.slice(from, match.index), href: undefined });
    parts.push({ text: link, href: new URL(link).href });
    from = match.index + link.length;
  }
  if (from < written.length) parts.push({ text: written.slice(from), href: undefined });
  return parts;
}

/** Punctuation and an unopened bracket after an address belong to the sentence around it. */
function trimLink(found: string): string {
  const link = found.replace(TRAILING, "");
  const unopened = link.endsWith(")") && !link.includes("(");
  return unopened ? trimLink(link.slice(0, -1)) : link;
}
