import type { MessageView } from "../delivery/patches.ts";
import { startOfDay } from "../languages/say-time.ts";

const GROUP = 5 * 60_000;

export type TimelineRow =
  | { readonly kind: "day"; readonly key: string; readonly at: number }
  | { readonly kind: "unread"; readonly key: string; readonly count: number }
  | { readonly kind: "gap"; readonly key: string; readonly count: number }
  | { readonly kind: "change"; readonly key: string; readonly message: MessageView }
  | {
      readonly kind: "message";
      readonly key: string;
      readonly message: MessageView;
      /** Its place among messages of one person within five minutes. */
      readonly first: boolean;
      readonly last: boolean;
    };

export interface UnreadLine {
  /** The line stands before the first message of others after this sequence. */
  readonly after: number;
  readonly count: number;
}

/** Messages as they are drawn: a line per day, the unread line, and neighbours grouped. */
export function arrangeTimeline(
  messages: readonly MessageView[],
  unread: UnreadLine | undefined,
): TimelineRow[] {
  const shown = messages.filter((message) => message.body.kind !== "founded");
  const firstUnread = unread && shown.find((message) => isUnread(message, unread.after));
  return shown.flatMap((message, index) => {
    const before = shown[index - 1];
    const after = shown[index + 1];
    const rows: TimelineRow[] = [];
    const newDay = before === undefined || !sameDay(before, message);
    if (newDay) rows.push({ kind: "day", key: `day-${startOfDay(message.sentAt)}`, at: message.sentAt });
    if (unread && message === firstUnread) rows.push({ kind: "unread", key: "unread", count: unread.count });
    if (message.body.kind === "gap") {
      rows.push({ kind: "gap", key: message.id, count: message.body.count });
      return rows;
    }
    if (message.body.kind === "change") {
      const { lost = 0 } = message.body.meanwhile ?? {};
      if (lost > 0) rows.push({ kind: "gap", key: `gap-${message.id}`, count: lost });
      rows.push({ kind: "change", key: message.id, message });
      return rows;
    }
    rows.push({
      kind: "message",
      key: message.id,
      message,
      first: message === firstUnread || before === undefined || !belongTogether(before, message),
      last: after === undefined || after === firstUnread || !belongTogether(message, after),
    });
    return rows;
  });
}

function isUnread(message: MessageView, after: number): boolean {
  return !message.mine && message.sequence !== undefined && message.sequence > after;
}

function belongTogether(earlier: MessageView, later: MessageView): boolean {
  if (!isSaid(earlier) || !isSaid(later)) return false;
  return earlier.sender === later.sender && later.sentAt - earlier.sentAt < GROUP && sameDay(earlier, later);
}

function isSaid({ body }: MessageView): boolean {
  return body.kind !== "gap" && body.kind !== "change";
}

function sameDay(a: MessageView, b: MessageView): boolean {
  return startOfDay(a.sentAt) === startOfDay(b.sentAt);
}
