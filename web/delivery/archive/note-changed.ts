import type { ConversationId } from "../../../src/protocol/ids.ts";
import { placed } from "../../storage/key.ts";
import type { MessageRecord } from "../../storage/records.ts";
import type { Change } from "../../storage/vault.ts";

/**
 * The message as changed by what stands at this place, remembered for the archive to say so. The place is the row's
 * version, so that each device that saw the same writes the same.
 */
export function noteChanged(
  change: Change,
  id: ConversationId,
  message: MessageRecord,
  place: number,
): MessageRecord {
  const by = Math.max(place, versionOf(message));
  change.put("archive_due", placed(id, message.sequence), { by });
  return { ...message, changedBy: by };
}

export function versionOf({ sequence, changedBy = 0 }: MessageRecord): number {
  return Math.max(sequence, changedBy, 1);
}
