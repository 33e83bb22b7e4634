import { html } from "htm/preact";
import type { ComponentChild } from "preact";
import { nameOfMember } from "../conversations/name-of.ts";
import type { ConversationView, MessageView } from "../delivery/patches.ts";
import { firstMessagePath } from "../routes.ts";
import { ALL, splitMentions } from "./find-mentions.ts";

type Text = Extract<MessageView["body"], { kind: "text" }>;

/** Names that are called lead to those who have them; `leaf` draws the words between. */
export function drawMentions(
  words: string,
  body: Text,
  conversation: ConversationView,
  leaf: (text: string) => ComponentChild,
): ComponentChild {
  const people = conversation.group?.people ?? [];
  const byName = new Map(
    people.flatMap(({ username, accountId }) =>
      body.mentions?.includes(accountId) ? [[username, accountId] as const] : [],
    ),
  );
  const isCalled = (name: string) => (name === ALL ? body.mentionsAll === true : byName.has(name));
  return splitMentions(words, isCalled).map(({ text, name }) => {
    if (name === undefined) return leaf(text);
    const account = byName.get(name);
    if (account === undefined) return html`<bdi class="mention mention-me">${text}</bdi>`;
    const shown = `@${nameOfMember(conversation, account)}`;
    return account === conversation.group?.me
      ? html`<bdi class="mention mention-me" title=${text}>${shown}</bdi>`
      : html`<a class="mention" href=${firstMessagePath(name)} title=${text}><bdi>${shown}</bdi></a>`;
  });
}
