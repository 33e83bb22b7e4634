import { signal } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect } from "preact/hooks";

type FindLinks = typeof import("./find-links.ts").findLinks;

/** Without one of these nothing is an address. */
const PERHAPS_LINKS = /[:@]|www\./i;

const find = signal<FindLinks | undefined>(undefined);
let isAsked = false;

/** What somebody wrote, at once; its addresses lead somewhere as soon as what finds them has been fetched. */
export function Words({ text }: { text: string }) {
  const perhaps = PERHAPS_LINKS.test(text);
  useEffect(() => {
    if (perhaps) fetch();
  }, [perhaps]);
  return html`<bdi class="bubble-words">${perhaps && find.value ? withLinks(find.value, text) : text}</bdi>`;
}

function withLinks(findLinks: FindLinks, words: string) {
  return findLinks(words).map(({ text, href }) =>
    href === undefined
      ? text
      : html`<a href=${href} dir="ltr" target="_blank" rel="noopener noreferrer">${text}</a>`,
  );
}

/** Until it is there words stay words; where it cannot be fetched, the next message asks again. */
async function fetch() {
  if (isAsked) return;
  isAsked = true;
  try {
    find.value = (await import("./find-links.ts")).findLinks;
  } catch {
    isAsked = false;
  }
}
