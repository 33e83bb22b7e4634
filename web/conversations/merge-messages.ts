import type { MessageView } from "../delivery/patches.ts";

/** The timeline with fresh or changed messages in their places: by sequence, then those still waiting. */
export function mergeMessages(
  known: readonly MessageView[],
  fresh: readonly MessageView[],
): readonly MessageView[] {
  const byId = new Map(known.map((message) => [message.id, message]));
  for (const message of fresh) byId.set(message.id, message);
  return [...byId.values()].sort(inOrder);
}

function inOrder(a: MessageView, b: MessageView): number {
  if (a.sequence !== undefined && b.sequence !== undefined) return a.sequence - b.sequence;
  if (a.sequence !== undefined) return -1;
  if (b.sequence !== undefined) return 1;
  return a.sentAt - b.sentAt;
}
