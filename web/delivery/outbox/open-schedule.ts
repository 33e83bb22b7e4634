import type { ConversationId } from "../../../src/protocol/ids.ts";
import { EVERYTHING } from "../../storage/key.ts";
import { type Client, locked } from "../client.ts";
import { enqueue } from "./enqueue.ts";
import { asDue } from "./retry-message.ts";
import { tellOutgoing } from "./tell-outgoing.ts";

export interface Schedule {
  /** Looks what is due, and when to look again. */
  readonly look: () => Promise<void>;
  readonly close: () => void;
}

const ALL = 100_000;
/** A device that slept, or whose clock was set, is late by no more than this once it is awake. */
const LONGEST_WAIT = 30_000;

/** What waits for its time goes to the end of the line when it has come, as if it were written then. */
export function openSchedule(client: Client, due: (id: ConversationId) => void): Schedule {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  const look = async () => {
    clearTimeout(timer);
    const waiting = await client.vault.list("outbox", { ...EVERYTHING, limit: ALL });
    const scheduled = waiting.flatMap(({ key, value }) =>
      value.sendAt === undefined ? [] : [{ key, conversationId: value.conversationId, sendAt: value.sendAt }],
    );
    const now = client.platform.clock.now();
    for (const { key, conversationId } of scheduled.filter(({ sendAt }) => sendAt <= now)) {
      await release(client, key);
      due(conversationId);
    }
    const next = Math.min(...scheduled.flatMap(({ sendAt }) => (sendAt > now ? sendAt : [])));
    if (closed || !Number.isFinite(next)) return;
    timer = setTimeout(() => void look().catch(client.tellFailure), Math.min(next - now, LONGEST_WAIT));
  };

  return {
    look,
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}

async function release(client: Client, key: string): Promise<void> {
  const released = await locked(client, async (change) => {
    const outgoing = await change.read("outbox", key);
    if (outgoing?.sendAt === undefined) return undefined;
    const now = asDue(client, outgoing);
    change.remove("outbox", key);
    await enqueue(client, change, now);
    return now;
  });
  if (released) await tellOutgoing(client, released);
}
