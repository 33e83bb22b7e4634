import type { Client } from "../client.ts";
import { Refused, Unreachable } from "../failures.ts";

export interface Profiles {
  /** Fetches what was told of, and sends the own one if it changed; `all`: asks for everybody's. */
  readonly soon: (all?: boolean) => void;
  readonly close: () => void;
}

const TOGETHER = 300;
const AFTER_REFUSAL = 30_000;

/** Fetching is itself fetched when there is a profile to fetch. */
export function openProfiles(client: Client, sessionRefused: () => void): Profiles {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let everybody = false;
  let line: Promise<unknown> = Promise.resolve();
  let closed = false;

  const soon = (all = false, wait = TOGETHER) => {
    everybody ||= all;
    if (closed) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      line = line.then(run);
    }, wait);
  };
  const run = async () => {
    if (closed) return;
    const all = everybody;
    everybody = false;
    try {
      const known = await client.vault.list("profiles", { from: "", to: "\uffff", limit: 1 });
      if (known.length > 0) await (await import("./tend-profiles.ts")).tendProfiles(client, all);
    } catch (cause) {
      everybody ||= all;
      if (cause instanceof Unreachable) return;
      if (!(cause instanceof Refused)) return client.tellFailure(cause);
      if (/^(session|device)\./.test(cause.code)) return sessionRefused();
      soon(all, AFTER_REFUSAL);
    }
  };
  return {
    soon: (all) => soon(all),
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
