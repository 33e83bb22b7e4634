import type { Signal } from "@preact/signals";
import { useModel, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { MessageView } from "../delivery/patches.ts";
import { formatting } from "../formatting/formatting.ts";
import { pollView } from "../polls/poll.ts";
import {
  type Anchor,
  atEnd,
  newestInView,
  readAnchor,
  restoreAnchor,
  toEnd,
  toMessage,
  toUnreadLine,
} from "./scroll-place.ts";
import type { LeftAt, Timeline } from "./timeline-model.ts";
import { TimelineWindow } from "./timeline-window.ts";

/** How near an edge the next messages are asked for. */
const NEAR = 600;
/** How many read messages are drawn before the first unread one. */
const CONTEXT = 12;

export interface ReadingPlace {
  readonly list: RefObject<HTMLDivElement | null>;
  readonly window: TimelineWindow;
  /** The newest message is not on screen. */
  readonly away: Signal<boolean>;
  readonly scrolled: () => void;
  readonly jumpToEnd: () => void;
}

/** Keeps the reader's place while messages come at both ends, and follows the end where they stand at it. */
export function useReadingPlace(timeline: Timeline): ReadingPlace {
  const list = useRef<HTMLDivElement>(null);
  const window = useModel(TimelineWindow);
  const away = useSignal(false);
  const place = useRef<Place>({ anchor: undefined, reached: false, opened: false, newest: undefined });

  // Read here, so that a new one draws anew.
  void timeline.target.value;
  // Marks and polls that are read from now on change the height of messages above the reader.
  void formatting.value;
  void pollView.fetched.value;
  useLayoutEffect(() => {
    const element = list.current;
    if (!element || timeline.phase.value !== "ready") return;
    if (!place.current.opened && reachFirst(timeline, place.current, window)) return;
    if (goToTarget(element, timeline, place.current, window, away)) return;
    noteArrivals(timeline.messages.value, place.current, window, away);
    settle(element, timeline, place.current, window, away);
    fill(element, timeline, window);
    seeIfSeen(element, timeline);
  });
  useFollowing(list, timeline, away);
  useEffect(
    () => () => {
      const { anchor } = place.current;
      const left = { anchor, newer: window.newer.value, size: window.size.value };
      timeline.leftAt.value = away.value && hasAnchor(left) ? left : undefined;
    },
    [timeline],
  );

  return {
    list,
    window,
    away,
    scrolled() {
      const element = list.current;
      if (!element || !place.current.opened) return;
      away.value = !atEnd(element) || window.newer.value > 0;
      place.current.anchor = readAnchor(element);
      fill(element, timeline, window);
      seeIfSeen(element, timeline);
    },
    jumpToEnd() {
      away.value = false;
      window.toEnd();
      if (list.current) toEnd(list.current);
    },
  };
}

interface Place {
  anchor: Anchor | undefined;
  reached: boolean;
  opened: boolean;
  newest: string | undefined;
}

function hasAnchor(left: Omit<LeftAt, "anchor"> & { anchor: Anchor | undefined }): left is LeftAt {
  return left.anchor !== undefined;
}

/** Draws what is shown first; true when that has to be drawn before anything is measured. */
function reachFirst(timeline: Timeline, place: Place, window: TimelineWindow): boolean {
  if (place.reached) return false;
  place.reached = true;
  const left = timeline.leftAt.value;
  if (!left) return reachUnread(timeline, window);
  window.newer.value = left.newer;
  window.size.value = left.size;
  return true;
}

function reachUnread(timeline: Timeline, window: TimelineWindow): boolean {
  const line = timeline.unread.value;
  if (!line) return false;
  const messages = timeline.messages.value;
  const first = messages.findIndex(({ sequence }) => sequence !== undefined && sequence > line.after);
  if (first < 0) return false;
  const before = window.size.value;
  window.reach(messages.length - first + CONTEXT);
  return window.size.value !== before || window.newer.value > 0;
}

/** Shows the message that was asked for; true when it has to be drawn first. */
function goToTarget(
  element: HTMLElement,
  timeline: Timeline,
  place: Place,
  window: TimelineWindow,
  away: Signal<boolean>,
): boolean {
  const { value: target } = timeline.target;
  if (target === undefined) return false;
  const messages = timeline.messages.value;
  const at = messages.findIndex(({ sequence }) => sequence === target);
  const before = [window.size.value, window.newer.value];
  if (at >= 0) window.reach(messages.length - at + CONTEXT);
  if (window.size.value !== before[0] || window.newer.value !== before[1]) return true;
  timeline.arrivedAtTarget();
  if (!toMessage(element, target)) return false;
  place.opened = true;
  place.newest = messages.at(-1)?.id;
  place.anchor = readAnchor(element);
  away.value = !atEnd(element) || window.newer.value > 0;
  return true;
}

function noteArrivals(
  messages: readonly MessageView[],
  place: Place,
  window: TimelineWindow,
  away: Signal<boolean>,
): void {
  const newest = messages.at(-1);
  if (newest === undefined || newest.id === place.newest) return;
  const before = messages.findLastIndex((message) => message.id === place.newest);
  place.newest = newest.id;
  if (before < 0) return;
  if (newest.mine && newest.mark === "waiting") {
    away.value = false;
    window.toEnd();
  } else window.arrived(messages.length - 1 - before, !away.value);
}

function settle(
  element: HTMLElement,
  timeline: Timeline,
  place: Place,
  window: TimelineWindow,
  away: Signal<boolean>,
): void {
  const left = timeline.leftAt.value;
  if (!place.opened) {
    place.opened = true;
    if (left) restoreAnchor(element, left.anchor);
    else if (!toUnreadLine(element)) toEnd(element);
    away.value = !atEnd(element) || window.newer.value > 0;
  } else if (!away.value && window.newer.value === 0) toEnd(element);
  else if (place.anchor) restoreAnchor(element, place.anchor);
  place.anchor = readAnchor(element);
}

/** Draws or fetches more where the reader comes near an edge. */
function fill(element: HTMLElement, timeline: Timeline, window: TimelineWindow): void {
  if (element.scrollTop < NEAR && !window.older(timeline.messages.value.length)) {
    if (timeline.older.value === "idle") timeline.more();
  }
  const below = element.scrollHeight - element.scrollTop - element.clientHeight;
  if (below < NEAR) window.towardsEnd();
}

/** Only what has come into view counts as read, and only while the person is here. */
function seeIfSeen(element: HTMLElement, timeline: Timeline): void {
  if (document.visibilityState !== "visible" || !document.hasFocus()) return;
  const newest = newestInView(element);
  if (newest !== undefined) timeline.seen(newest);
}

/** The box changes size (keyboard, composer), or the person comes back to the window. */
function useFollowing(
  list: RefObject<HTMLDivElement | null>,
  timeline: Timeline,
  away: Signal<boolean>,
): void {
  useEffect(() => {
    const element = list.current;
    if (!element) return;
    const resized = new ResizeObserver(() => {
      if (!away.value) toEnd(element);
    });
    const back = () => seeIfSeen(element, timeline);
    resized.observe(element);
    addEventListener("focus", back);
    document.addEventListener("visibilitychange", back);
    return () => {
      resized.disconnect();
      removeEventListener("focus", back);
      document.removeEventListener("visibilitychange", back);
    };
  }, [timeline, timeline.phase.value]);
}
