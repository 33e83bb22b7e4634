import type { ConversationId } from "../../../src/protocol/ids.ts";
import type { Client } from "../client.ts";
import { Refused, Unreachable } from "../failures.ts";

export interface Devices {
  /** The account's devices are others than before. */
  changed(): void;
  /** The one that this device has just handed the keys to comes soon: it is not left to others. */
  expect(): void;
  tend(): Promise<void>;
  close(): void;
}

interface Hooks {
  readonly sessionRefused: () => void;
  /** Something waits in the outbox of this conversation. */
  readonly released: (id: ConversationId) => void;
}

/** Each device of the account hears it at once, and one of them is enough. */
const OTHERS_FIRST = 4_000;
const SPREAD = 6_000;
const EXPECTED_FOR = 60_000;

export function openDevices(client: Client, hooks: Hooks): Devices {
  let closed = false;
  let expectedUntil = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let line: Promise<unknown> = Promise.resolve();

  const tend = async () => {
    if (closed) return;
    try {
      await (await import("./tend-devices.ts")).tendDevices(client, hooks.released);
    } catch (cause) {
      if (closed || cause instanceof Unreachable) return;
      if (cause instanceof Refused && /^(session|device)\./.test(cause.code)) hooks.sessionRefused();
      else if (!(cause instanceof Refused)) client.tellFailure(cause);
    }
  };
  const inLine = () => {
    const next = line.then(tend);
    line = next;
    return next;
  };
  const now = () => client.platform.clock.now();

  return {
    changed() {
      clearTimeout(timer);
      const wait = now() < expectedUntil ? 0 : OTHERS_FIRST + Math.random() * SPREAD;
      timer = setTimeout(() => void inLine(), wait);
    },
    expect() {
      expectedUntil = now() + EXPECTED_FOR;
    },
    tend: inLine,
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
