import type { Locks } from "./platform.ts";

interface Waiting {
  readonly start: () => void;
  readonly lost: () => void;
}

/** Locks among the clients of one process, as Web Locks are among the tabs of one browser. */
export function localLocks(): Locks {
  const queues = new Map<string, Waiting[]>();

  const enter = (name: string, entry: Waiting, force = false) => {
    const queue = queues.get(name) ?? [];
    queues.set(name, queue);
    const robbed = force ? queue.shift() : undefined;
    if (force) queue.unshift(entry);
    else queue.push(entry);
    robbed?.lost();
    if (queue[0] === entry) entry.start();
  };

  const leave = (name: string, entry: Waiting) => {
    const queue = queues.get(name) ?? [];
    const place = queue.indexOf(entry);
    if (place >= 0) queue.splice(place, 1);
    if (place === 0) queue[0]?.start();
  };

  return {
    async hold(name, work) {
      const entry = await new Promise<Waiting>((resolve) => {
        const mine: Waiting = { start: () => resolve(mine), lost: () => undefined };
        enter(name, mine);
      });
      try {
        return await work();
      } finally {
        leave(name, entry);
      }
    },
    keep(name, on, force) {
      const entry: Waiting = { start: on.got, lost: on.lost };
      enter(name, entry, force);
      return () => leave(name, entry);
    },
  };
}
