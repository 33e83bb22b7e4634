import { between, placed } from "../../storage/key.ts";
import type { Outgoing } from "../../storage/records.ts";
import type { Change } from "../../storage/vault.ts";
import type { Client } from "../client.ts";

/** Later than all that waits, whatever the clock says; `after` for what was queued in the same change. */
export async function enqueue(
  client: Client,
  change: Change,
  outgoing: Outgoing,
  after = 0,
): Promise<number> {
  const { conversationId, messageId } = outgoing;
  const range = { ...between(conversationId, 0), limit: 1, newestFirst: true };
  const [newest] = await change.list("outbox", range);
  const last = newest ? Number(newest.key.slice(newest.key.indexOf("|") + 1)) : 0;
  const place = Math.max(client.platform.clock.now() * 100, last + 1, after + 1);
  change.put("outbox", placed(conversationId, place), outgoing);
  change.put("message_ids", messageId, { conversationId, store: "outbox", place });
  return place;
}
