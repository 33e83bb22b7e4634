import { LinkifyIt, type Match } from "linkify-it";
import { remembered } from "../ui/remembered.ts";

const NOT_SHOWN = /\p{Cf}|\p{Default_Ignorable_Code_Point}/u;

export type TextPart = { readonly text: string; readonly href: string | undefined };

/** Every ending may end a site's name; whether it is meant as an address is told by `www.` */
const finder = new LinkifyIt({ fuzzyLink: true, fuzzyEmail: true })
  .tlds("[a-z]{2,63}", true)
  .add("ftp:", null)
  .add("//", null);
/**
 * Marks of other scripts and of emphasis, which the finder takes for a part of the address. Looked for only where
 * a run of them begins: else a long run that does not end the text is tried from each of its places.
 */
const TRAILING = /(?<![،؛؟…»”’*_~])[،؛؟…»”’*_~]+$/;

/** Splits what a person wrote into plain text, web and mail addresses; nothing is ever fetched for them. */
export const findLinks = remembered(split);

function split(written: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const match of finder.match(written) ?? []) {
    const text = match.raw.replace(TRAILING, "");
    const href = isMeant(match)
      ? readAddress(match.schema === "" ? `https://${text}` : match.url.replace(TRAILING, ""))
      : undefined;
    if (href === undefined) continue;
    if (match.index > from) parts.push({ text: written.slice(from, match.index), href: undefined });
    parts.push({ text, href });
    from = match.index + text.length;
  }
  if (from < written.length) parts.push({ text: written.slice(from), href: undefined });
  return parts;
}

/** One that is not shown as it leads stays words. Without a scheme only `www.` counts: `notes.md` and `main.rs` are names of files as often as of sites. */
function isMeant({ schema, raw }: Match): boolean {
  return !isMisleading(raw) && (schema !== "" || /^www\./i.test(raw));
}

/**
 * Direction that turns, characters that show nothing, or a site's name in letters of scripts that look alike. Persian
 * and Indic words need the joiners, which stand behind the site's name alone.
 */
function isMisleading(raw: string): boolean {
  const [, site = "", rest = ""] = /^((?:[^/?#]*:\/\/)?[^/?#]*)(.*)$/su.exec(raw) ?? [];
  return (
    NOT_SHOWN.test(site) ||
    NOT_SHOWN.test(rest.replace(/[\u200c\u200d]/g, "")) ||
    site.split(/[.:@/]/).some(mixesScripts)
  );
}

function mixesScripts(label: string): boolean {
  return (
    [/\p{sc=Latin}/u, /\p{sc=Cyrillic}/u, /\p{sc=Greek}/u].filter((script) => script.test(label)).length > 1
  );
}

function readAddress(url: string): string | undefined {
  const address = URL.parse(url);
  return address && /^(https?|mailto):$/.test(address.protocol) ? address.href : undefined;
}
