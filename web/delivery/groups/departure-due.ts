import type { ConversationRecord } from "../../storage/records.ts";

/** How long until this device takes somebody's leaves out who left; undefined when nobody did. */
export function departureDue({ state, departures }: ConversationRecord, now: number): number | undefined {
  if (state !== "ready" || departures.length === 0) return undefined;
  return Math.max(0, Math.min(...departures.map(({ due }) => due)) - now);
}
