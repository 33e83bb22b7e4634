import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import type { ConversationView, MessageView } from "../delivery/patches.ts";
import { coverAll, fetchFormatting, formatting, perhapsMarked } from "../formatting/formatting.ts";
import { fetchedOnce } from "../ui/fetched-once.ts";

type Text = Extract<MessageView["body"], { kind: "text" }>;
type FindLinks = typeof import("./find-links.ts").findLinks;

/** Without one of these nothing is an address. */
const PERHAPS_LINKS = /[:@]|www\./i;

const links = fetchedOnce(async () => (await import("./find-links.ts")).findLinks);
const mentions = fetchedOnce(async () => (await import("../mentions/draw-mentions.ts")).drawMentions);

/** What somebody wrote, at once; marks, names and addresses mean something as soon as what reads them has been fetched. */
export function Words({ body, conversation }: { body: Text; conversation: ConversationView }) {
  const { text } = body;
  const perhaps = PERHAPS_LINKS.test(text);
  const marked = perhapsMarked(text);
  const calls = body.mentions !== undefined || body.mentionsAll === true;
  useEffect(() => {
    if (perhaps) void links.fetch();
    if (marked) void fetchFormatting();
    if (calls) void mentions.fetch();
  }, [perhaps, marked, calls]);
  const plain = (words: string) =>
    perhaps && links.fetched.value ? withLinks(links.fetched.value, words) : words;
  const draw = calls ? mentions.fetched.value : undefined;
  const leaf = (words: string) => (draw ? draw(words, body, conversation, plain) : plain(words));
  if (!marked) return html`<bdi class="bubble-words">${leaf(text)}</bdi>`;
  const Formatted = formatting.value?.Formatted;
  return html`<bdi class="bubble-words">${Formatted ? html`<${Formatted} text=${text} leaf=${leaf} />` : leaf(coverAll(text))}</bdi>`;
}

function withLinks(findLinks: FindLinks, words: string) {
  return findLinks(words).map(({ text, href }) =>
    href === undefined
      ? text
      : html`<a href=${href} dir="ltr" target="_blank" rel="noopener noreferrer">${text}</a>`,
  );
}
