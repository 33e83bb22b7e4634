import type { ConversationId } from "../../../src/protocol/ids.ts";
import { SLOW_MODES } from "../../../src/protocol/rights.ts";
import type { Outgoing } from "../../storage/records.ts";
import type { Found } from "../../storage/vault.ts";
import { type Client, locked } from "../client.ts";
import { Unreachable } from "../failures.ts";
import { readConversationView } from "../views.ts";

/** Slow mode may be over sooner than was thought. */
const LOOK_AGAIN = 10_000;
/** No group is slower, whatever a server says. */
const LONGEST = Math.max(...SLOW_MODES) * 1000;

/** What slow mode is not about; where there is nothing of it, what waits is to be looked at again. */
export function passing(
  { platform }: Client,
  waiting: readonly Found<"outbox">[],
  until: number,
): readonly Found<"outbox">[] {
  const free = waiting.filter(({ value }) => mayPass(value));
  if (free.length === 0 && waiting.length > 0)
    throw new Unreachable("slow mode", Math.min(until, platform.clock.now() + LOOK_AGAIN));
  return free;
}

function mayPass({ content }: Outgoing): boolean {
  return content.kind === "read" || content.kind === "delete";
}

/** The server said how long: what was encrypted is so anew then, as what may pass meanwhile goes before it. */
export async function holdBack(
  client: Client,
  id: ConversationId,
  keys: readonly string[],
  { retryAt }: Unreachable,
): Promise<void> {
  const now = client.platform.clock.now();
  const pausedUntil = Math.round(Math.min(retryAt ?? now + LOOK_AGAIN, now + LONGEST));
  await locked(client, async (change) => {
    for (const key of keys) {
      const outgoing = await change.read("outbox", key);
      if (outgoing && outgoing.accepted === null) change.put("outbox", key, { ...outgoing, envelope: null });
    }
    const conversation = await change.read("conversations", id);
    if (conversation) change.put("conversations", id, { ...conversation, pausedUntil });
  });
  const view = await readConversationView(client.vault, client.accountId, id);
  if (view) client.tell({ kind: "conversations", conversations: [view], complete: false });
}
