import type { ChannelEntry } from "../../../src/protocol/channel-frames.ts";
import {
  decodePost,
  decodeStatement,
  type Entry,
  isAuthor,
  isContentOf,
  mayAlter,
  maySucceed,
  type Statement,
  verifyEntry,
} from "../../../src/protocol/channel-log.ts";
import { type ConversationId, type MessageId, newId } from "../../../src/protocol/ids.ts";
import { equalBytes } from "../../../src/protocol/signing.ts";
import { placed } from "../../storage/key.ts";
import { type ChannelRecord, type MessageRecord, MOST_EARLIER, MOST_EARLY } from "../../storage/records.ts";
import type { Change } from "../../storage/vault.ts";
import type { Client } from "../client.ts";

/** An entry as it came; `entry` is missing where its signatures do not verify. */
export interface Come {
  readonly entry: Entry | undefined;
  /** Undefined where it is not what was signed for. */
  readonly content: Uint8Array<ArrayBuffer> | null | undefined;
}

/** All that is slow and needs no storage: signatures and hashes. */
export function verifyAll(
  client: Pick<Client, "device">,
  channelId: ConversationId,
  entries: readonly ChannelEntry[],
): Promise<Come[]> {
  const { origin } = client.device;
  return Promise.all(
    entries.map(async ({ header, content }) => {
      const entry = await verifyEntry(header, { origin, channelId });
      if (!entry || content === null) return { entry, content: null };
      return { entry, content: (await isContentOf(entry, content)) ? content : undefined };
    }),
  );
}

/** Where a fold stands: what it put, for whoever shows it. */
export interface Fold {
  readonly client: Client;
  readonly change: Change;
  readonly id: ConversationId;
  channel: ChannelRecord;
  readonly shown: Map<number, MessageRecord>;
  /** Ids of what something true has taken the place of. */
  readonly removed: MessageId[];
}

export function statementOf({ authors, handle, title, description, comments }: ChannelRecord): Statement {
  const [owner, ...admins] = authors as [Statement["owner"], ...Statement["admins"]];
  return { version: 1, handle, title, description, comments, owner, admins };
}

export function saidBy({ handle, title, description, comments, owner, admins }: Statement) {
  return { handle, title, description, comments, authors: [owner, ...admins] };
}

/** In the order of the log, behind the cursor. What does not fit is shown as refused and moves nothing. */
export async function foldForward(fold: Fold, come: readonly Come[]): Promise<void> {
  for (const one of come) {
    const { entry } = one;
    const { cursor, chain } = fold.channel;
    if (entry && entry.sequence <= cursor) {
      await compare(fold, entry);
      continue;
    }
    const statement = statementOf(fold.channel);
    if (!entry || !isAllowed(one, statement)) {
      await putRefused(fold, cursor + 1);
      continue;
    }
    const isNext = entry.sequence === cursor + 1 && equalBytes(entry.previous, chain);
    fold.channel = {
      ...fold.channel,
      cursor: entry.sequence,
      chain: entry.hash,
      differs: fold.channel.differs || !isNext,
    };
    await putEntry(fold, { ...one, entry }, statement);
    count(fold, entry.sequence);
  }
}

/** What is here already came as it is; or one of the two was signed behind the back of those who read the other. */
async function compare(fold: Fold, entry: Entry): Promise<void> {
  const stored = await fold.change.read("messages", placed(fold.id, entry.sequence));
  const isOther = stored && stored.body.kind !== "refused" && !equalBytes(stored.chain, entry.hash);
  if (isOther) fold.channel = { ...fold.channel, differs: true };
}

/**
 * Older ones, the oldest first, up to right before what is here. False where they do not lead there. `held` held at
 * the first of them; what they say last must be what was taken to hold behind them.
 */
export async function foldBackward(
  fold: Fold,
  come: readonly Come[],
  held: { readonly said: Statement; readonly sequence: number },
): Promise<boolean> {
  const { first, before, statedAt } = fold.channel;
  let next = { sequence: first, previous: before };
  for (const { entry } of come.toReversed()) {
    if (entry?.sequence !== next.sequence - 1 || !equalBytes(entry.hash, next.previous)) return false;
    next = entry;
  }
  let statement = held.said;
  let lastAt = held.sequence;
  for (const one of come) {
    const { entry } = one;
    if (!entry) return false;
    if (isAllowed(one, statement)) await putEntry(fold, { ...one, entry }, statement);
    else put(fold, entry, { kind: "refused" });
    const said = entry.kind === "statement" && one.content ? decodeStatement(one.content) : undefined;
    if (!said || !maySucceed(said, entry.author, held.said)) continue;
    statement = said;
    lastAt = entry.sequence;
  }
  for (const { entry } of come) if (entry?.kind === "post") await applyEarly(fold, entry.id);
  const differs = fold.channel.differs || (statedAt !== undefined && statedAt !== lastAt);
  const { sequence, previous } = next;
  const stated = held.sequence < sequence ? held.sequence : undefined;
  fold.channel = { ...fold.channel, first: sequence, before: previous, statedAt: stated, differs };
  return true;
}

/** By the same rules as the server's, which may lie. */
function isAllowed({ entry, content }: Come, statement: Statement): boolean {
  if (!entry) return false;
  if (entry.kind !== "statement") return isAuthor(statement, entry.author);
  const said = content ? decodeStatement(content) : undefined;
  return said !== undefined && maySucceed(said, entry.author, statement);
}

async function putEntry(fold: Fold, { entry, content }: Come & { entry: Entry }, statement: Statement) {
  if (entry.kind === "post") return put(fold, entry, bodyOf(content));
  put(fold, entry, { kind: "deed" });
  if (entry.kind === "statement") {
    const said = content ? decodeStatement(content) : undefined;
    if (said && entry.sequence === fold.channel.cursor) fold.channel = { ...fold.channel, ...saidBy(said) };
    return;
  }
  await alter(fold, entry, content ?? null, statement);
}

/** Withheld or changed words stay refused until a deletion tells why they are gone. */
function bodyOf(content: Come["content"]): MessageRecord["body"] {
  if (!content) return { kind: "refused" };
  const text = decodePost(content);
  return text === undefined ? { kind: "not_understood", content } : { kind: "text", text };
}

type Deed = { kind: "edit"; target: MessageId; text: string } | { kind: "delete"; target: MessageId };

async function alter(fold: Fold, entry: Entry, content: Uint8Array | null, statement: Statement) {
  const { kind, target, author, at, sequence } = entry;
  const text = content && decodePost(content);
  if (target === null || (kind === "edit" && !text)) return;
  const deed: Deed = kind === "edit" ? { kind, target, text: text ?? "" } : { kind: "delete", target };
  const done = { sender: author.accountId, deed, at, sequence };
  const post = await findPost(fold, target);
  if (post) return putAltered(fold, post, done, statement);
  const early = (await fold.change.read("deeds", keyOf(fold, target))) ?? [];
  if (early.length < MOST_EARLY) fold.change.put("deeds", keyOf(fold, target), [...early, done]);
}

/** What was done about a post before it came here, on the way back through the log. */
async function applyEarly(fold: Fold, target: MessageId) {
  const early = await fold.change.read("deeds", keyOf(fold, target));
  if (!early) return;
  fold.change.remove("deeds", keyOf(fold, target));
  for (const done of early.toSorted((one, other) => one.sequence - other.sequence)) {
    const post = await findPost(fold, target);
    if (post && (done.deed.kind === "edit" || done.deed.kind === "delete"))
      putAltered(fold, post, { ...done, deed: done.deed }, statementOf(fold.channel));
  }
}

function putAltered(
  fold: Fold,
  post: MessageRecord,
  { sender, deed, at }: { sender: MessageRecord["sender"]; deed: Deed; at: number },
  statement: Statement,
): void {
  if (!mayAlter(deed.kind, sender, post.sender, statement)) return;
  const { messageId, sequence, sentAt, chain, body } = post;
  const base = { messageId, sequence, sender: post.sender, sentAt, chain };
  if (deed.kind === "delete") keep(fold, { ...base, body: { kind: "deleted" } });
  if (deed.kind === "delete" || body.kind !== "text") return;
  const earlier = [...(post.earlier ?? []), { text: body.text, until: at }].slice(-MOST_EARLIER);
  keep(fold, { ...base, body: { kind: "text", text: deed.text }, earlier });
}

async function findPost({ change, id }: Fold, post: MessageId): Promise<MessageRecord | undefined> {
  const known = await change.read("message_ids", `${id}|${post}`);
  const stored = known && (await change.read("messages", placed(id, known.place)));
  return stored?.messageId === post && stored.body.kind !== "deed" ? stored : undefined;
}

function put(fold: Fold, entry: Entry, body: MessageRecord["body"]): void {
  const { id: messageId, sequence, author, at, hash } = entry;
  const place = { conversationId: fold.id, store: "messages", place: sequence } as const;
  fold.change.put("message_ids", `${fold.id}|${messageId}`, place);
  keep(fold, { messageId, sequence, sender: author.accountId, sentAt: at, body, chain: hash });
}

/** At the place where the next true one will stand, which then takes it. */
async function putRefused(fold: Fold, sequence: number): Promise<void> {
  const stored = await fold.change.read("messages", placed(fold.id, sequence));
  const [owner] = fold.channel.authors;
  if (stored || !owner) return;
  keep(fold, {
    messageId: newId<MessageId>(),
    sequence,
    sender: owner.accountId,
    sentAt: fold.client.platform.clock.now(),
    body: { kind: "refused" },
    chain: new Uint8Array(32),
  });
  fold.channel = { ...fold.channel, differs: true };
}

function keep(fold: Fold, message: MessageRecord): void {
  const { sequence } = message;
  fold.change.put("messages", placed(fold.id, sequence), message);
  fold.shown.set(sequence, message);
  if (fold.channel.last?.sequence === sequence) fold.channel = { ...fold.channel, last: message };
}

function count(fold: Fold, sequence: number): void {
  const message = fold.shown.get(sequence);
  if (message?.body.kind !== "text") return;
  const { channel } = fold;
  const theirs = message.sender !== fold.client.accountId && sequence > channel.readUpTo;
  const now = fold.client.platform.clock.now();
  fold.channel = {
    ...channel,
    last: message,
    /** The time is the author's word: never later than it can be. */
    changedAt: Math.max(channel.changedAt, Math.min(message.sentAt, now)),
    unread: channel.unread + (theirs ? 1 : 0),
    shelf: theirs
      ? { ...channel.shelf, archived: channel.shelf.archived && channel.shelf.muted }
      : channel.shelf,
  };
}

function keyOf({ id }: Fold, post: MessageId): string {
  return `${id}|${post}`;
}
