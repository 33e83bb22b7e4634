import { createModel, effect, signal } from "@preact/signals";
import type { AccountId, ConversationId } from "../../src/protocol/ids.ts";
import type { Held, SearchHit, SearchResult, SearchWish } from "../delivery/commands.ts";
import { readFailure } from "../read-failure.ts";
import { wordsOf } from "./fold-text.ts";

const AGAIN_AFTER = 300;
const DAY = 86_400_000;

/** How far back: days, or no bound; or as two days say. */
export const SPANS = { any: undefined, week: 7, month: 31, year: 366, dates: undefined } as const;
export type Span = keyof typeof SPANS;

type Ask = (wish: SearchWish) => Promise<SearchResult>;

/** Words looked for in everything that is stored here, as they are typed. */
export const MessageSearch = createModel((search: Ask, within: ConversationId | undefined) => {
  const typed = signal("");
  const conversationId = signal(within);
  const sender = signal<AccountId | undefined>(undefined);
  const span = signal<Span>("any");
  /** As `YYYY-MM-DD`; empty for no bound. Both days are within. */
  const from = signal("");
  const until = signal("");
  const holds = signal<Held | undefined>(undefined);
  const hits = signal<readonly SearchHit[]>([]);
  const next = signal<number | undefined>(undefined);
  /** searching: older messages are still being opened. */
  const state = signal<"idle" | "searching" | "done" | "failed">("idle");
  const failure = signal<string | undefined>(undefined);
  let asked = 0;
  let again: ReturnType<typeof setTimeout> | undefined;

  const wish = (): SearchWish => {
    const bounds = boundsOf(span.value, from.value, until.value);
    return {
      text: typed.value,
      conversationId: conversationId.value,
      sender: sender.value,
      ...bounds,
      holds: holds.value,
    };
  };
  const isWorthIt = () => {
    const { text, conversationId: _, ...narrowed } = wish();
    return wordsOf(text).length > 0 || Object.values(narrowed).some((one) => one !== undefined);
  };

  async function ask(): Promise<void> {
    clearTimeout(again);
    asked += 1;
    const mine = asked;
    if (!isWorthIt()) return forget();
    try {
      const result = await search(wish());
      if (mine !== asked) return;
      hits.value = result.hits;
      next.value = result.next;
      state.value = result.complete ? "done" : "searching";
      if (!result.complete) again = setTimeout(ask, AGAIN_AFTER);
    } catch (error) {
      if (mine !== asked) return;
      state.value = "failed";
      failure.value = readFailure(error);
    }
  }

  function forget(): void {
    hits.value = [];
    next.value = undefined;
    state.value = "idle";
  }

  async function more(): Promise<void> {
    if (next.value === undefined) return;
    const mine = asked;
    const result = await search({ ...wish(), before: next.value });
    if (mine !== asked) return;
    const known = new Set(hits.value.map(({ messageId }) => messageId));
    hits.value = [...hits.value, ...result.hits.filter(({ messageId }) => !known.has(messageId))];
    next.value = result.next;
  }

  const stop = effect(() => {
    // Each of them is part of what is asked.
    void [typed.value, conversationId.value, sender.value, span.value, from.value, until.value, holds.value];
    void ask();
  });
  function close(): void {
    stop();
    clearTimeout(again);
    asked += 1;
  }

  return {
    typed,
    conversationId,
    sender,
    span,
    from,
    until,
    holds,
    hits,
    next,
    state,
    failure,
    ask,
    more,
    close,
  };
});
export type MessageSearch = InstanceType<typeof MessageSearch>;

function boundsOf(span: Span, from: string, until: string): Pick<SearchWish, "from" | "until"> {
  if (span === "dates") return { from: startOf(from, 0), until: startOf(until, 1) };
  const days = SPANS[span];
  return { from: days === undefined ? undefined : Date.now() - days * DAY, until: undefined };
}

/** Of that day, or so many days later, by this device's clock. */
function startOf(day: string, later: number): number | undefined {
  const [year, month, date] = day.split("-").map(Number);
  if (!year || !month || !date) return undefined;
  return new Date(year, month - 1, date + later).getTime();
}
