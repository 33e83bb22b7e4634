import { createModel, signal } from "@preact/signals";

const PAGE = 60;
const MOST = 180;

/**
 * Which of the loaded messages are drawn: `size` of them, with `newer` ones after them left out.
 * Counted from the end, so that older pages in front move nothing.
 */
export const TimelineWindow = createModel(() => {
  const newer = signal(0);
  const size = signal(PAGE);

  /** Shows older ones that are loaded; false when there are none and a page has to be fetched. */
  function older(loaded: number): boolean {
    if (size.value + newer.value >= loaded) return false;
    size.value += PAGE;
    if (size.value > MOST) {
      newer.value += size.value - MOST;
      size.value = MOST;
    }
    return true;
  }

  function towardsEnd(): void {
    newer.value = Math.max(0, newer.value - PAGE);
  }

  function toEnd(): void {
    newer.value = 0;
    size.value = PAGE;
  }

  /** So many came at the end: whoever reads further up stays where they are. */
  function arrived(count: number, following: boolean): void {
    if (following) return;
    if (newer.value > 0) newer.value += count;
    else size.value = Math.min(size.value + count, MOST);
  }

  function reach(fromEnd: number): void {
    size.value = Math.min(Math.max(size.value, fromEnd), MOST);
    newer.value = Math.max(0, fromEnd - size.value);
  }

  return { newer, size, older, towardsEnd, toEnd, arrived, reach };
});
export type TimelineWindow = InstanceType<typeof TimelineWindow>;

/** The drawn part of what is loaded. */
export function drawn<Item>(items: readonly Item[], newer: number, size: number): readonly Item[] {
  const end = Math.max(0, items.length - newer);
  return items.slice(Math.max(0, end - size), end);
}
