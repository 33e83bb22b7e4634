import { type AccountId, type ConversationId, type MessageId, newId } from "../../src/protocol/ids.ts";
import type { Command, SearchHit, SearchResult, SearchWish } from "../delivery/commands.ts";
import type { MessageView, Patch } from "../delivery/patches.ts";
import type { Reportable } from "../delivery/reports/commands.ts";
import { foldText } from "../search/fold-text.ts";
import type { FixtureStore } from "./fixture-store.ts";

const PAGE = 50;

/** What is read, written and done about messages. */
export function openFixtureMessages(store: FixtureStore, me: AccountId, push: (patch: Patch) => void) {
  const { conversations, messages, messagesOf, found, change } = store;

  let opened: ConversationId | undefined;

  function open(id: ConversationId): void {
    opened = id;
    page(id, Number.POSITIVE_INFINITY);
  }

  function page(id: ConversationId, before: number, downTo = before): void {
    const all = messagesOf(id);
    const older = all.filter((message) => message.sequence === undefined || message.sequence < before);
    const asked = older.filter(({ sequence = 0 }) => sequence >= downTo - PAGE);
    const shown = asked.length > PAGE && downTo < before ? asked : older.slice(-PAGE);
    push({
      kind: "messages",
      conversationId: id,
      messages: shown,
      reachedStart: shown.length === older.length,
    });
  }

  function search({
    text,
    conversationId,
    sender: by,
    from = 0,
    until = Infinity,
  }: SearchWish): SearchResult {
    const hits = [...messages].flatMap(([id, list]) =>
      list.flatMap(({ id: messageId, sequence, sender, sentAt, body }): SearchHit[] => {
        if (body.kind !== "text" || sequence === undefined || (conversationId ?? id) !== id) return [];
        if ((by ?? sender) !== sender || sentAt < from || sentAt >= until) return [];
        if (!foldText(body.text).includes(foldText(text))) return [];
        return [{ conversationId: id, messageId, sequence, sender, sentAt, text: body.text }];
      }),
    );
    return { hits: hits.sort((one, other) => other.sentAt - one.sentAt), complete: true, next: undefined };
  }

  function send({
    conversationId,
    text,
    replyTo,
    poll,
    sendAt,
  }: Extract<Command, { kind: "send" }>): MessageId {
    const list = messagesOf(conversationId);
    const waiting: MessageView = {
      id: newId<MessageId>(),
      conversationId,
      sequence: undefined,
      sender: me,
      mine: true,
      sentAt: Date.now(),
      body: { kind: "text", text, ...(replyTo ? { replyTo } : {}), ...(poll ? { poll } : {}) },
      mark: "waiting",
      failure: undefined,
      ...(sendAt === undefined ? {} : { sendAt }),
    };
    push({ kind: "messages", conversationId, messages: [waiting] });
    if (sendAt !== undefined) return waiting.id;
    const sent: MessageView = { ...waiting, sequence: list.length + 1, mark: "sent" };
    list.push(sent);
    setTimeout(() => push({ kind: "messages", conversationId, messages: [sent] }), 30);
    return waiting.id;
  }

  function pin(id: MessageId, pinned: boolean): undefined {
    change(id, ({ pinned: _, ...message }) => (pinned ? { ...message, pinned } : message));
    const view = opened && conversations.get(opened);
    const message = opened && messagesOf(opened).find((one) => one.id === id);
    if (!view || message?.sequence === undefined) return undefined;
    const { pins = [], ...rest } = view;
    const others = pins.filter(({ messageId }) => messageId !== id);
    const now = pinned ? [...others, { messageId: id, sequence: message.sequence }] : others;
    found(now.length > 0 ? { ...rest, pins: now } : rest);
    return undefined;
  }

  function react(id: MessageId, emoji: string | null): undefined {
    return change(id, ({ reactions = [], ...message }) => {
      const others = reactions.filter(({ accountId }) => accountId !== me);
      return { ...message, reactions: emoji === null ? others : [...others, { accountId: me, emoji }] };
    });
  }

  function vote(id: MessageId, choices: readonly number[]): undefined {
    return change(id, ({ votes = [], ...message }) => {
      const others = votes.filter(({ accountId }) => accountId !== me);
      return { ...message, votes: choices.length > 0 ? [...others, { accountId: me, choices }] : others };
    });
  }

  function edit(id: MessageId, text: string): undefined {
    return change(id, (message) => {
      const before = message.body.kind === "text" ? message.body.text : "";
      const earlier = [...(message.earlier ?? []), { text: before, until: Date.now() }];
      return { ...message, body: { kind: "text", text }, earlier };
    });
  }

  function retry(id: MessageId): void {
    for (const [conversationId, list] of messages) {
      const failed = list.find((message) => message.id === id);
      if (failed)
        push({
          kind: "messages",
          conversationId,
          messages: [{ ...failed, mark: "sent", failure: undefined }],
        });
    }
  }

  /** The oldest came before there were proofs. */
  function reportable(id: ConversationId, accountId: AccountId): Reportable[] {
    const direct = conversations.get(id)?.peer?.accountId === accountId;
    const theirs = messagesOf(id).flatMap(({ id, sender, mine, sentAt, body }) =>
      (sender === accountId || (direct && !mine)) && body.kind === "text"
        ? [{ id, sentAt, text: body.text, files: 0 }]
        : [],
    );
    return theirs.slice(-20).map((one, index) => ({ ...one, provable: index > 0 }));
  }

  function seen(id: ConversationId, upTo: number): number {
    const view = conversations.get(id);
    const rest = messagesOf(id).filter(({ mine, sequence }) => !mine && (sequence ?? 0) > upTo);
    const calls = view?.calls?.filter((sequence) => sequence > upTo) ?? [];
    if (!view) return upTo;
    const { calls: _, ...others } = view;
    const now = { ...others, unread: Math.min(view.unread, rest.length), readUpTo: upTo };
    found(calls.length > 0 ? { ...now, calls } : now);
    return upTo;
  }

  return { open, page, search, send, pin, react, vote, edit, retry, reportable, seen };
}
