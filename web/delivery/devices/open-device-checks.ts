import type { ConversationId } from "../../../src/protocol/ids.ts";
import { EVERYTHING } from "../../storage/key.ts";
import type { Client } from "../client.ts";
import { Refused, Unreachable } from "../failures.ts";

export interface DeviceChecks {
  readonly soon: (id: ConversationId) => void;
  /** Every conversation in which something is due: after each catching up. `first`: the own device log anew, too. */
  readonly all: (first: boolean) => Promise<void>;
  readonly close: () => void;
}

/** What it takes is fetched when all that a start needs is there. */
const TOGETHER = 5_000;
const BETWEEN = 10_000;
const AFTER_FAILURE = 30_000;

/** Beside all else, so that neither sending nor reading ever waits for it. The checking itself is fetched when due. */
export function openDeviceChecks(client: Client, sessionRefused: () => void): DeviceChecks {
  const waiting = new Set<ConversationId>();
  let isOwnDue = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let line: Promise<unknown> = Promise.resolve();
  let closed = false;

  const later = (wait: number) => {
    if (closed || timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      line = line.then(run);
    }, wait);
  };
  const run = async () => {
    if (closed || (waiting.size === 0 && !isOwnDue)) return;
    try {
      const { checkDevices, learnOwn } = await import("./check-devices.ts");
      if (isOwnDue) await learnOwn(client);
      isOwnDue = false;
      for (const id of [...waiting]) if (!closed) await look(id, checkDevices);
      if (waiting.size > 0) later(BETWEEN);
    } catch (cause) {
      if (closed) return;
      if (cause instanceof Unreachable) return later(AFTER_FAILURE);
      if (!(cause instanceof Refused)) return client.tellFailure(cause);
      if (/^(session|device)\./.test(cause.code)) return sessionRefused();
      later(AFTER_FAILURE);
    }
  };
  /** Asked for again meanwhile, it is looked at again. */
  const look = async (
    id: ConversationId,
    check: (client: Client, id: ConversationId) => Promise<boolean>,
  ) => {
    waiting.delete(id);
    let isLeft = true;
    try {
      isLeft = await check(client, id);
    } finally {
      if (isLeft) waiting.add(id);
    }
  };
  return {
    soon(id) {
      waiting.add(id);
      later(TOGETHER);
    },
    async all(first) {
      isOwnDue ||= first;
      const found = await client.vault.list("conversations", { ...EVERYTHING, limit: 10_000 });
      for (const { key, value } of found)
        if (value.devicesDue || value.heads) waiting.add(key as ConversationId);
      later(TOGETHER);
    },
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
