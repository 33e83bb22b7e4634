import type { ConversationId, MessageId } from "../../../src/protocol/ids.ts";
import { EVERYTHING, placed } from "../../storage/key.ts";
import type { Change, Found } from "../../storage/vault.ts";
import type { Client } from "../client.ts";
import { Refused, Unreachable } from "../failures.ts";
import { sendNext } from "./send-waiting.ts";

export interface Outbox {
  /** Sends what waits in a conversation, in order; returns when nothing more can be done now. */
  readonly push: (id: ConversationId) => Promise<void>;
  /** All conversations: after a start and whenever the server can be reached again. */
  readonly pushAll: () => Promise<void>;
  readonly close: () => void;
}

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;

/** `onRefusedSession` is told when the session itself, not the message, was refused. */
export function openOutbox(client: Client, onRefusedSession: () => void): Outbox {
  const running = new Map<ConversationId, Promise<void>>();
  const again = new Set<ConversationId>();
  const timers = new Map<ConversationId, ReturnType<typeof setTimeout>>();
  const failures = new Map<ConversationId, number>();
  let closed = false;

  const retryLater = (id: ConversationId, { retryAt }: Unreachable) => {
    const count = failures.get(id) ?? 0;
    failures.set(id, count + 1);
    const usual = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** count) * (0.5 + Math.random() / 2);
    const wait = retryAt === undefined ? usual : Math.max(0, retryAt - client.platform.clock.now());
    clearTimeout(timers.get(id));
    timers.set(
      id,
      setTimeout(() => void push(id), wait),
    );
  };

  const run = async (id: ConversationId) => {
    try {
      do {
        again.delete(id);
        while (!closed && (await sendNext(client, id)));
        failures.delete(id);
        client.tend(id);
      } while (again.has(id) && !closed);
    } catch (cause) {
      if (closed) return;
      if (cause instanceof Unreachable) retryLater(id, cause);
      else if (cause instanceof Refused) onRefusedSession();
      else client.tellFailure(cause);
    }
  };

  const push = (id: ConversationId): Promise<void> => {
    if (closed) return Promise.resolve();
    again.add(id);
    const current = running.get(id) ?? run(id).finally(() => running.delete(id));
    running.set(id, current);
    return current;
  };

  return {
    push,
    async pushAll() {
      failures.clear();
      const waiting = await client.vault.list("outbox", { ...EVERYTHING, limit: 100_000 });
      const ids = new Set(waiting.map(({ value }) => value.conversationId));
      await Promise.all([...ids].map(push));
    },
    close() {
      closed = true;
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}

/** Where a message stands that has not come back yet. */
export async function findOutgoing(change: Change, id: MessageId): Promise<Found<"outbox"> | undefined> {
  const known = await change.read("message_ids", id);
  if (known?.store !== "outbox") return undefined;
  const key = placed(known.conversationId, known.place);
  const value = await change.read("outbox", key);
  return value && { key, value };
}
