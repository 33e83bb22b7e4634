import type { AccountId, ConversationId } from "../../../src/protocol/ids.ts";
import { between } from "../../storage/key.ts";
import type { ArchiveRecord, MessageRecord } from "../../storage/records.ts";
import type { Reader } from "../../storage/vault.ts";

/** As it is kept, or as it begins: nothing is sent, nothing is fetched. Undefined where nothing is stored yet. */
export async function readArchiveRecord(
  reader: Reader,
  me: AccountId,
  id: ConversationId,
): Promise<ArchiveRecord | undefined> {
  const kept = await reader.read("archives", id);
  if (kept) return kept;
  const [first] = await reader.list("messages", { ...between(id, 0), limit: 1 });
  return first && begin(me, first.value);
}

function begin(me: AccountId, first: MessageRecord): ArchiveRecord {
  const from = first.sequence;
  const isFirst = isBeginning(me, first);
  return { from, ...sentNothing(from), isFirst, reach: 0, read: from, ended: isFirst };
}

/** Whoever came in by another device of this person finds a past in the archive; nobody else has one to find. */
function isBeginning(me: AccountId, { sequence, sender, body }: MessageRecord): boolean {
  return sequence <= 1 || body.kind !== "founded" || sender !== me;
}

export function sentNothing(from: number) {
  const upTo = Math.max(0, from - 1);
  return { upTo, solid: upTo };
}

/** Up to where this device can say that nothing is missing, so that others need not look. */
export function wholeUpTo({ from, solid, isFirst, reach }: ArchiveRecord): number {
  return isFirst || reach >= from - 1 ? Math.max(solid, reach) : reach;
}

/**
 * With what the server says of how far the archive goes. Less than it said before: it was put back, and what it lost
 * is sent again. More than when the past was fetched: there may be more of it.
 */
export function withReach(kept: ArchiveRecord, reach: number): ArchiveRecord {
  const isLonger = kept.reach < kept.from - 1 && reach > kept.reach;
  const { upTo, solid } = reach < kept.reach ? sentNothing(kept.from) : kept;
  return {
    ...kept,
    upTo: Math.max(upTo, reach),
    solid: reach >= upTo ? Math.max(upTo, reach) : solid,
    reach,
    ...(isLonger ? { read: kept.from, ended: false } : {}),
  };
}
