import type { AccountId, ConversationId, MessageId } from "../../../src/protocol/ids.ts";
import type { Poll } from "../../../src/protocol/polls.ts";
import { kindOf } from "../../attachments/kind-of.ts";
import { foldText, wordsOf } from "../../search/fold-text.ts";
import { between, EVERYTHING, placed } from "../../storage/key.ts";
import type { Vault } from "../../storage/vault.ts";
import { attachmentView } from "../attachments/uploads.ts";
import type { Held, SearchHit, SearchResult, SearchWish } from "../commands.ts";
import type { Patch } from "../patches.ts";
import { waitingIn } from "../views.ts";

const PAGE = 500;
const HITS = 30;
const CONVERSATIONS = 10_000;

/** One message as it is searched: its words folded, and where it lies. */
interface Entry {
  readonly messageId: MessageId;
  readonly conversationId: ConversationId;
  readonly sequence: number;
  readonly sender: AccountId;
  readonly sentAt: number;
  /** Its words, the names of its files and what can be chosen. */
  readonly folded: string;
  readonly holds: ReadonlySet<Held>;
}

export interface SearchIndex {
  readonly search: (wish: SearchWish) => Promise<SearchResult>;
  /** What was told of messages since: they are found, or no longer, as they are now. */
  readonly take: (patch: Patch) => void;
  readonly close: () => void;
}

/**
 * All that is stored here, opened once when somebody first searches and kept in memory: at rest nothing tells of
 * words. Each word is looked for in each message, newest first, which finds parts of words in every script and takes
 * a few milliseconds for a hundred thousand messages.
 */
export function openSearchIndex(vault: Vault, me: AccountId): SearchIndex {
  const entries = new Map<MessageId, Entry>();
  /** Oldest first; sorted anew when something came that is not the newest. */
  let order: Entry[] | undefined;
  let filling: Promise<void> | undefined;
  let complete = false;
  let closed = false;

  const put = (entry: Entry) => {
    entries.set(entry.messageId, entry);
    order = undefined;
  };

  const fill = async () => {
    const conversations = await vault.list("conversations", { ...EVERYTHING, limit: CONVERSATIONS });
    const channels = await vault.list("channels", { ...EVERYTHING, limit: CONVERSATIONS });
    const newest = [...conversations, ...channels].sort(
      (one, other) => other.value.changedAt - one.value.changedAt,
    );
    for (const { key } of newest) await fillFrom(key as ConversationId);
    complete = true;
  };

  const fillFrom = async (conversationId: ConversationId) => {
    for (const { messageId, accepted, content } of await waitingIn(vault, conversationId))
      if (accepted && content.kind === "text")
        put({ ...accepted, messageId, sender: me, conversationId, ...readInto(content) });
    for (let upTo = Number.MAX_SAFE_INTEGER; !closed; ) {
      const range = { ...between(conversationId, 0, upTo), limit: PAGE, newestFirst: true };
      const page = await vault.list("messages", range);
      for (const { value } of page)
        if (value.body.kind === "text" && !entries.has(value.messageId))
          put({ ...value, conversationId, ...readInto(value.body) });
      const last = page.at(-1);
      if (page.length < PAGE || !last || last.value.sequence === 0) return;
      upTo = last.value.sequence - 1;
    }
  };

  return {
    async search(wish) {
      filling ??= fill();
      // What is here is answered at once; whoever waits asks again until it is complete.
      await Promise.race([filling, new Promise((resolve) => setTimeout(resolve, complete ? 0 : 150))]);
      order ??= [...entries.values()].sort(inTime);
      const { found, next } = findIn(order, wish);
      const hits = await Promise.all(found.map((entry) => readHit(vault, entry)));
      return { hits: hits.flatMap((hit) => hit ?? []), complete, next };
    },
    take(patch) {
      if (!filling) return;
      if (patch.kind === "removed") for (const id of patch.ids) if (entries.delete(id)) order = undefined;
      if (patch.kind !== "messages") return;
      for (const { id, conversationId, sequence, sender, sentAt, body } of patch.messages) {
        if (body.kind === "text" && sequence !== undefined)
          put({ messageId: id, conversationId, sequence, sender, sentAt, ...readInto(body) });
        else if (body.kind !== "text" && entries.delete(id)) order = undefined;
      }
    },
    close() {
      closed = true;
      entries.clear();
      order = undefined;
    },
  };
}

function inTime(one: Entry, other: Entry): number {
  return one.sentAt - other.sentAt || one.sequence - other.sequence;
}

function findIn(order: readonly Entry[], wish: SearchWish): { found: Entry[]; next: number | undefined } {
  const words = wordsOf(wish.text);
  const found: Entry[] = [];
  const start = Math.min(wish.before ?? order.length, order.length) - 1;
  for (let at = start; at >= 0; at -= 1) {
    const entry = order[at];
    if (!entry || !fits(entry, wish) || !words.every((word) => entry.folded.includes(word))) continue;
    if (found.length === HITS) return { found, next: at + 1 };
    found.push(entry);
  }
  return { found, next: undefined };
}

const NOTHING: ReadonlySet<Held> = new Set();
const HELD = { voice: "sounds", sound: "sounds", picture: "pictures", film: "films", file: "files" } as const;

type Said = {
  readonly text: string;
  readonly attachments?: readonly Kinded[] | undefined;
  readonly poll?: Poll | undefined;
};
type Kinded = Parameters<typeof kindOf>[0] & { readonly name: string };

function readInto({ text, attachments = [], poll }: Said): Pick<Entry, "folded" | "holds"> {
  const beside = [...attachments.map(({ name }) => name), ...(poll?.options ?? [])];
  const held: Held[] = attachments.map((one) => HELD[kindOf(one)]);
  if (/https?:\/\/|www\./i.test(text)) held.push("links");
  return { folded: foldText([text, ...beside].join("\n")), holds: held.length > 0 ? new Set(held) : NOTHING };
}

function fits(entry: Entry, { conversationId, sender, from, until, holds }: SearchWish): boolean {
  if (conversationId !== undefined && entry.conversationId !== conversationId) return false;
  if (sender !== undefined && entry.sender !== sender) return false;
  if (from !== undefined && entry.sentAt < from) return false;
  if (until !== undefined && entry.sentAt >= until) return false;
  return holds === undefined || entry.holds.has(holds);
}

/** As it is stored now; undefined when it has gone meanwhile. */
async function readHit(vault: Vault, entry: Entry): Promise<SearchHit | undefined> {
  const { conversationId, messageId, sequence, sender, sentAt } = entry;
  const stored = await vault.read("messages", placed(conversationId, sequence));
  const said = stored?.messageId === messageId ? stored.body : await readAccepted(vault, entry);
  if (said?.kind !== "text") return undefined;
  const attachments = said.attachments?.map(attachmentView);
  const hit = { conversationId, messageId, sequence, sender, sentAt, text: said.text };
  return { ...hit, ...(attachments ? { attachments } : {}), ...(said.poll ? { poll: said.poll } : {}) };
}

/** One of this device's own whose echo has not come back yet. */
async function readAccepted(vault: Vault, { conversationId, messageId }: Entry) {
  const waiting = await waitingIn(vault, conversationId);
  return waiting.find((outgoing) => outgoing.messageId === messageId)?.content;
}
