import { createModel, type ReadonlySignal, signal } from "@preact/signals";
import type { AccountId, ConversationId, MessageId } from "../../src/protocol/ids.ts";
import type { Attachments as Files } from "../attachments/model.ts";
import type { Messenger } from "../delivery/commands.ts";
import type { MessageView, Patch } from "../delivery/patches.ts";
import { fetchFormatting, perhapsMarked } from "../formatting/formatting.ts";
import { pollView } from "../polls/poll.ts";
import { readFailure } from "../read-failure.ts";
import type { UnreadLine } from "./arrange-timeline.ts";
import { mergeMessages } from "./merge-messages.ts";
import type { Anchor } from "./scroll-place.ts";

/** How many pages are fetched at most to find the first unread message. */
const PAGES_TO_UNREAD = 10;

const WAIT_FOR_MARKS = 500;

/** Reading on is told at most this often. */
const SEEN_EVERY = 150;

/** Where somebody left a conversation to come back to it. */
export interface LeftAt {
  readonly anchor: Anchor;
  readonly newer: number;
  readonly size: number;
}

/** What is known of one conversation's messages; shared by every opening of it. */
export const Timeline = createModel(
  (
    messenger: Messenger,
    conversationId: ConversationId,
    files: Files,
    me: ReadonlySignal<{ readonly accountId: AccountId } | undefined>,
  ) => {
    const messages = signal<readonly MessageView[]>([]);
    const phase = signal<"loading" | "ready" | "failed">("loading");
    const older = signal<"idle" | "loading" | "failed">("idle");
    const reachedStart = signal(false);
    const unread = signal<UnreadLine | undefined>(undefined);
    /** Why the last deed on a message (retry, discard, reading) did not work. */
    const failure = signal<string | undefined>(undefined);
    const leftAt = signal<LeftAt | undefined>(undefined);
    /** The sequence to be shown next, wherever the reader is. */
    const target = signal<number | undefined>(undefined);
    /** Messages that are answered and not among those loaded. */
    const quoted = signal<ReadonlyMap<MessageId, MessageView | "missing">>(new Map());
    let seenUpTo = 0;
    let notedUpTo = 0;
    let telling = false;

    /** Takes the place of the unread line from what was unread at this moment, and shows from there. */
    async function open(view: { unread: number; readUpTo: number }): Promise<void> {
      unread.value = view.unread > 0 ? { after: view.readUpTo, count: view.unread } : undefined;
      if (unread.value) leftAt.value = undefined;
      notedUpTo = Math.max(notedUpTo, view.readUpTo);
      if (phase.value === "failed") phase.value = "loading";
      try {
        await messenger.do({ kind: "open", conversationId });
        await reachUnread();
        await readyMarks();
        if (target.value !== undefined) await reach(target.value);
        phase.value = "ready";
      } catch (error) {
        phase.value = "failed";
        failure.value = readFailure(error);
      }
    }

    /** So that what is read is not drawn twice; without what reads marks and polls it opens as it was written. */
    async function readyMarks(): Promise<void> {
      const said = messages.value.flatMap(({ body }) => (body.kind === "text" ? body : []));
      const wanted = [
        ...(said.some(({ text }) => perhapsMarked(text)) ? [fetchFormatting()] : []),
        ...(said.some(({ poll }) => poll) ? [pollView.fetch()] : []),
      ];
      if (wanted.length === 0) return;
      await Promise.race([Promise.all(wanted), new Promise((done) => setTimeout(done, WAIT_FOR_MARKS))]);
    }

    async function reachUnread(): Promise<void> {
      const line = unread.value;
      if (!line) return;
      for (let page = 0; page < PAGES_TO_UNREAD; page += 1) {
        const oldest = oldestSequence(messages.value);
        if (oldest === undefined || oldest <= line.after || reachedStart.value) return;
        await messenger.do({ kind: "more", conversationId, before: oldest });
      }
    }

    /** To a message far back or near, from a search or an answer to it. */
    async function goTo(sequence: number): Promise<void> {
      leftAt.value = undefined;
      if (phase.value === "ready") await attempt(reach(sequence));
      target.value = sequence;
    }

    function arrivedAtTarget(): void {
      target.value = undefined;
    }

    async function reach(sequence: number): Promise<void> {
      const oldest = oldestSequence(messages.value);
      if (oldest === undefined || oldest <= sequence || reachedStart.value) return;
      await messenger.do({ kind: "more", conversationId, before: oldest, downTo: sequence });
    }

    async function more(): Promise<void> {
      const oldest = oldestSequence(messages.value);
      if (older.value === "loading" || reachedStart.value || oldest === undefined) return;
      older.value = "loading";
      try {
        await messenger.do({ kind: "more", conversationId, before: oldest });
        older.value = "idle";
      } catch (error) {
        older.value = "failed";
        failure.value = readFailure(error);
      }
    }

    function take(patch: Patch): void {
      if (patch.kind === "messages") {
        messages.value = mergeMessages(messages.value, patch.messages);
        if (patch.reachedStart !== undefined) reachedStart.value = patch.reachedStart;
      }
      if (patch.kind === "removed") forget(patch.ids);
    }

    /** Nor is any of them shown where it was answered. */
    function forget(ids: readonly MessageId[]): void {
      messages.value = messages.value.filter((message) => !ids.includes(message.id));
      const known = ids.filter((id) => quoted.value.has(id));
      if (known.length > 0)
        quoted.value = new Map([...quoted.value, ...known.map((id) => [id, "missing"] as const)]);
    }

    async function attempt(work: Promise<unknown>): Promise<void> {
      failure.value = undefined;
      try {
        await work;
      } catch (error) {
        failure.value = readFailure(error);
      }
    }

    const retry = (messageId: MessageId) => attempt(messenger.do({ kind: "retry", messageId }));
    const discard = (messageId: MessageId) => attempt(messenger.do({ kind: "discard", messageId }));

    const react = (messageId: MessageId, emoji: string | null) =>
      attempt(messenger.do({ kind: "react", messageId, emoji }));

    const vote = (messageId: MessageId, choices: readonly number[]) =>
      attempt(messenger.do({ kind: "vote", messageId, choices }));

    async function findQuoted(messageId: MessageId): Promise<void> {
      if (quoted.value.has(messageId)) return;
      const found = await messenger.do({ kind: "quoted", conversationId, messageId }).catch(() => undefined);
      quoted.value = new Map(quoted.value).set(messageId, found ?? "missing");
    }

    /** Everything up to here was on screen before the person's eyes. */
    function seen(upTo: number): void {
      if (upTo <= notedUpTo) return;
      seenUpTo = Math.max(seenUpTo, upTo);
      if (telling) return;
      telling = true;
      setTimeout(() => {
        telling = false;
        void tellSeen();
      }, SEEN_EVERY);
    }

    /** An own message has its place before what others wrote in front of it is here: less is noted then. */
    async function tellSeen(): Promise<void> {
      try {
        const noted = await messenger.do({ kind: "seen", conversationId, upTo: seenUpTo });
        notedUpTo = Math.max(notedUpTo, noted);
        failure.value = undefined;
      } catch (error) {
        failure.value = readFailure(error);
      }
    }

    /** After an own message the unread line has served. */
    function forgetUnread(): void {
      unread.value = undefined;
    }

    return {
      attachments: files,
      me,
      messages,
      phase,
      older,
      reachedStart,
      unread,
      leftAt,
      target,
      failure,
      open,
      goTo,
      arrivedAtTarget,
      more,
      take,
      retry,
      discard,
      react,
      vote,
      quoted,
      findQuoted,
      seen,
      forgetUnread,
    };
  },
);
export type Timeline = InstanceType<typeof Timeline>;

function oldestSequence(messages: readonly MessageView[]): number | undefined {
  return messages.find((message) => message.sequence !== undefined)?.sequence;
}
