import type { ConversationId } from "../../../src/protocol/ids.ts";
import type { Client } from "../client.ts";
import { Failed, Refused, Unreachable } from "../failures.ts";

export interface Archiver {
  /** Something came in this conversation; without one: look through all of them. */
  readonly soon: (id?: ConversationId) => void;
  /** The server takes no more for this account. */
  readonly isFull: () => boolean;
  readonly close: () => void;
}

const QUIET = 2_000;
/** Each device of the account hears the same at once, and one of them is enough. */
const SPREAD = 2_000;
const AFTER_REFUSAL = 60_000;

/** Writes the archive beside everything else, fetched when there is something to write. */
export function openArchiver(client: Client, sessionRefused: () => void): Archiver {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let due: Set<ConversationId> | "all" = new Set();
  let line: Promise<unknown> = Promise.resolve();
  let closed = false;
  let full = false;

  const later = (wait: number) => {
    if (closed) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      line = line.then(run);
    }, wait);
  };
  const run = async () => {
    if (closed) return;
    const now = due;
    due = new Set();
    try {
      await (await import("./write-archive.ts")).writeArchive(client, now, () => !closed);
      full = false;
    } catch (cause) {
      due = "all";
      if (closed) return;
      if (cause instanceof Unreachable) return cause.refusal && later(AFTER_REFUSAL);
      const isRefused = cause instanceof Refused;
      if (isRefused && /^(session|device)\./.test(cause.code)) return sessionRefused();
      full = isRefused && cause.code === "archive.full";
      if (!isRefused && !(cause instanceof Failed)) return client.tellFailure(cause);
      later(AFTER_REFUSAL);
    }
  };
  return {
    soon(id) {
      if (id === undefined) due = "all";
      else if (due !== "all") due.add(id);
      later(QUIET + Math.random() * SPREAD);
    },
    isFull: () => full,
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
