import type { Client } from "../client.ts";
import { Refused, Unreachable } from "../failures.ts";

export interface AccountStore {
  /** All of it, before this device takes part in anything. Where that cannot be had now it comes later. */
  first(): Promise<void>;
  /** What is there and not known, and what waits: at each connection, and when there is more than `head`. */
  tend(head?: number): void;
  away(): void;
  /** Something was changed here. */
  soon(): void;
  close(): void;
}

/** Changes that come close together go out together. */
const TOGETHER = 400;
/** Where no other device waits for them. */
const UNHURRIED = 10_000;
const AFTER_FAILURE = 15_000;
const TRIES = 3;
const BETWEEN_TRIES = 500;

export function openAccountStore(
  client: Client,
  { sessionRefused, hasOthers }: { readonly sessionRefused: () => void; readonly hasOthers: () => boolean },
): AccountStore {
  let closed = false;
  let isOnline = false;
  /** Since the connection was made. */
  let isFetched = false;
  let isJoiningDue = false;
  let isFullSaid = false;
  let isStrangeSaid = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let dueAt = 0;
  let line: Promise<unknown> = Promise.resolve();

  const hooks = {
    strange: (why: unknown) => {
      if (!isStrangeSaid)
        console.warn("rows of the account store were not made by this account's devices", why);
      isStrangeSaid = true;
    },
  };
  const later = (wait: number) => {
    const at = performance.now() + wait;
    if (closed || (timer !== undefined && dueAt <= at)) return;
    clearTimeout(timer);
    dueAt = at;
    timer = setTimeout(() => {
      timer = undefined;
      void inLine(work());
    }, wait);
  };
  const inLine = (next: () => Promise<void>) => {
    const turn = line.then(next);
    line = turn;
    return turn;
  };
  const work = (head?: number) => async () => {
    if (closed) return;
    try {
      const store = await import("./sync-store.ts");
      if (head !== undefined || !isFetched) {
        await store.fetchStore(client, hooks, head);
        isFetched = true;
        isJoiningDue = true;
      }
      if (!isOnline) return;
      await store.sendStore(client, hooks);
      if (isJoiningDue) await (await import("./join-waiting.ts")).joinWaiting(client);
      isJoiningDue = false;
    } catch (cause) {
      fail(cause);
    }
  };
  const fail = (cause: unknown) => {
    if (closed) return;
    if (cause instanceof Unreachable) {
      const asked = cause.retryAt === undefined ? AFTER_FAILURE : cause.retryAt - client.platform.clock.now();
      return later(Math.max(0, asked));
    }
    if (!(cause instanceof Refused)) return client.tellFailure(cause);
    if (/^(session|device)\./.test(cause.code)) return sessionRefused();
    if (cause.code !== "store.full" || isFullSaid) return;
    isFullSaid = true;
    client.tell({ kind: "store_full" });
  };

  return {
    async first() {
      for (let tries = 1; !closed && !isFetched && tries <= TRIES; tries += 1) {
        if (tries > 1) await new Promise((resolve) => setTimeout(resolve, BETWEEN_TRIES));
        await inLine(work());
      }
    },
    tend(head) {
      isOnline = true;
      if (hasOthers()) void inLine(work(head));
      else later(UNHURRIED);
    },
    away() {
      isOnline = false;
      isFetched = false;
    },
    soon() {
      if (isOnline) later(hasOthers() ? TOGETHER : UNHURRIED);
    },
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
