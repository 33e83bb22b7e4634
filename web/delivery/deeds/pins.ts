import { type ConversationRecord, type MessageRecord, MOST_PINS } from "../../storage/records.ts";

type Pins = ConversationRecord["pins"];

/** What is kept in sight once a message stands as it does now; undefined for nothing. */
export function pinsWith(pins: Pins, { messageId, sequence, pinned }: MessageRecord): Pins {
  const others = (pins ?? []).filter((pin) => pin.messageId !== messageId);
  const known = pins !== undefined && others.length < pins.length;
  if (known && pinned) return pins;
  const now = pinned ? [...others, { messageId, sequence }].slice(-MOST_PINS) : others;
  return now.length > 0 ? now : undefined;
}
