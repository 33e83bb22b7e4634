import type { AccountId } from "../../src/protocol/ids.ts";
import type { ConversationView, MessageView } from "../delivery/patches.ts";
import { sayChanges } from "../groups/say-change.ts";
import { language, say, sayList } from "../languages/language.ts";
import { sayExactly, writeTime } from "../languages/say-time.ts";
import { DIRECTIONS } from "../languages/tongues.ts";
import { tally } from "../polls/tally.ts";
import { namesIn } from "./names-in.ts";
import type { Exported, ExportSource, Kept } from "./write-export.ts";

/** Nothing runs in the page, and nothing is asked of any network. */
const POLICY = "default-src 'none'; img-src 'self' file:; media-src 'self' file:; style-src 'self' file:";
/**
 * A page to be read anywhere, now and in years. Built as a document and written out by the browser: what people wrote
 * is text in it, whatever it looks like.
 */
export function drawPage(
  source: ExportSource,
  conversation: ConversationView,
  exported: readonly Exported[],
): string {
  const name = source.nameOf(conversation);
  const page = document.implementation.createHTMLDocument(name);
  const draw = drawIn(page);
  page.documentElement.lang = language.value;
  page.documentElement.dir = DIRECTIONS[language.value];
  page.head.prepend(
    draw("meta", { charset: "utf-8" }),
    draw("meta", { "http-equiv": "Content-Security-Policy", content: POLICY }),
    draw("meta", { name: "viewport", content: "width=device-width" }),
  );
  page.head.append(draw("link", { rel: "stylesheet", href: "../style.css" }));
  const known = new Map(exported.map((one) => [one.message.id, one]));
  const nameOf = namesIn(source, conversation);
  const description = conversation.group?.description ?? "";
  page.body.append(
    draw("h1", { dir: "auto" }, name),
    ...(description === "" ? [] : [draw("p", { class: "said", dir: "auto" }, description)]),
    draw("p", { class: "quiet" }, say("export.page_made", { time: sayExactly(source.now) })),
    draw("ol", {}, ...exported.map((one) => drawMessage(draw, conversation, one, known, nameOf))),
  );
  return `<!doctype html>\n${page.documentElement.outerHTML}\n`;
}

type Draw = ReturnType<typeof drawIn>;
type NameOf = (account: AccountId) => string;

function drawIn(page: Document) {
  return (name: string, attributes: Record<string, string>, ...children: readonly (Node | string)[]) => {
    const element = page.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };
}

function drawMessage(
  draw: Draw,
  conversation: ConversationView,
  { message, sender, files }: Exported,
  known: ReadonlyMap<string, Exported>,
  nameOf: NameOf,
): Node {
  const { id, body, sentAt, earlier = [], reactions = [] } = message;
  const head = draw(
    "p",
    {},
    draw("strong", { dir: "auto" }, sender),
    " ",
    draw("time", { datetime: writeTime(sentAt) }, sayExactly(sentAt)),
    ...(earlier.length > 0 ? [" ", draw("span", { class: "quiet" }, say("message.edited"))] : []),
  );
  const quoted = body.kind === "text" && body.replyTo ? known.get(body.replyTo) : undefined;
  return draw(
    "li",
    { id: `m-${id}` },
    head,
    ...(quoted ? [drawQuote(draw, quoted)] : []),
    ...saidIn(conversation, message).map((said) => draw("p", { class: "said", dir: "auto" }, said)),
    ...drawPoll(draw, message, nameOf),
    ...files.map((file) => drawFile(draw, file)),
    ...earlier.map(({ text, until }) =>
      draw("p", { class: "said quiet", dir: "auto" }, `${sayExactly(until)}: ${text}`),
    ),
    ...drawReactions(draw, reactions, nameOf),
  );
}

/** Each with those who reacted with it. */
function drawReactions(draw: Draw, reactions: NonNullable<MessageView["reactions"]>, nameOf: NameOf): Node[] {
  const byEmoji = Map.groupBy(reactions, ({ emoji }) => emoji);
  return [...byEmoji].map(([emoji, all]) =>
    draw(
      "p",
      { class: "quiet", dir: "auto" },
      `${emoji} ${sayList(all.map(({ accountId }) => nameOf(accountId)))}`,
    ),
  );
}

/** What could be chosen, and who chose it. */
function drawPoll(draw: Draw, message: MessageView, nameOf: NameOf): Node[] {
  const { body, closed } = message;
  if (body.kind !== "text" || !body.poll) return [];
  const lines = tally(message).map(({ option, by }) =>
    draw("li", { dir: "auto" }, by.length > 0 ? `${option}: ${sayList(by.map(nameOf))}` : option),
  );
  const end = closed ? [draw("p", { class: "quiet" }, say("export.poll_closed"))] : [];
  return [draw("ul", {}, ...lines), ...end];
}

function drawQuote(draw: Draw, { message, sender }: Exported): Node {
  const text = message.body.kind === "text" ? message.body.text.slice(0, 200) : say("message.deleted");
  const link = draw("a", { href: `#m-${message.id}` }, sender);
  return draw("blockquote", { dir: "auto" }, link, ": ", text);
}

function saidIn(conversation: ConversationView, message: MessageView): readonly string[] {
  const { body } = message;
  switch (body.kind) {
    case "text":
      return [...(body.forwarded ? [say("deed.forwarded")] : []), ...(body.text === "" ? [] : [body.text])];
    case "deleted":
      return [say("message.deleted")];
    case "not_understood":
      return [say("message.not_understood")];
    case "not_decrypted":
      return [say("message.not_decrypted")];
    case "refused":
      return [];
    case "founded":
      return [say("export.began")];
    case "change":
      return [
        ...(body.meanwhile?.lost ? [say("chat.gap", { count: body.meanwhile.lost })] : []),
        ...sayChanges(conversation, message),
      ];
    case "gap":
      return [say("chat.gap", { count: body.count })];
  }
}

function drawFile(draw: Draw, { name, type, path }: Kept): Node {
  if (path === undefined)
    return draw("p", { class: "quiet", dir: "auto" }, say("export.file_missing", { name }));
  const address = path.split("/").map(encodeURIComponent).join("/");
  if (/^image\/(png|jpeg|gif|webp|avif)$/.test(type))
    return draw(
      "p",
      {},
      draw("a", { href: address }, draw("img", { src: address, alt: name, loading: "lazy" })),
    );
  const link = draw("p", { dir: "auto" }, draw("a", { href: address }, name));
  if (!/^(audio|video)\//.test(type)) return link;
  const player = type.startsWith("audio/") ? "audio" : "video";
  return draw("div", {}, draw(player, { controls: "", preload: "none", src: address }), link);
}
