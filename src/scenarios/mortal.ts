import { localLocks } from "../../web/delivery/platform/local-locks.ts";
import type { Platform } from "../../web/delivery/platform/platform.ts";
import type { Storage } from "../../web/storage/storage.ts";

export interface Mortal {
  readonly platform: Platform;
  /** Resolves at death; the steps taken are counted from 1. */
  readonly died: Promise<void>;
  steps(): number;
  /** The story is over: no more dying. */
  spare(): void;
}

/**
 * A platform that is killed at one step: just before or just after a write to storage, a request or a
 * frame upwards. From then on nothing is answered any more, as after `kill -9`.
 */
export function mortal(platform: Platform, diesAt: number): Mortal {
  const death = Promise.withResolvers<void>();
  const sockets = new Set<{ close(): void }>();
  let steps = 0;
  let dead = false;
  let spared = false;

  const step = (): boolean => {
    if (!dead) steps += 1;
    if (steps === diesAt && !dead && !spared) {
      dead = true;
      for (const socket of sockets) socket.close();
      death.resolve();
    }
    return dead;
  };
  const never = () => new Promise<never>(() => undefined);
  const around = async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    if (step()) return never();
    const answer = await work();
    return step() ? never() : answer;
  };
  const unless = async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    if (dead) return never();
    const answer = await work();
    return dead ? never() : answer;
  };

  return {
    died: death.promise,
    steps: () => steps,
    spare() {
      spared = true;
    },
    platform: {
      ...platform,
      locks: localLocks(),
      openChannel: () => ({ post: () => undefined, listen: () => undefined, close: () => undefined }),
      fetch: (url, init) => around(() => platform.fetch(url, init)),
      openStorage: async (folder) => {
        const storage = await platform.openStorage(folder);
        const dying: Storage = {
          ...storage,
          read: (store, key) => unless(() => storage.read(store, key)),
          list: (store, range) => unless(() => storage.list(store, range)),
          write: (change) => around(() => storage.write(change)),
        };
        return dying;
      },
      openSocket: (path, handlers) => {
        const socket = platform.openSocket(path, {
          opened: () => dead || handlers.opened(),
          received: (bytes) => dead || handlers.received(bytes),
          closed: (code) => dead || handlers.closed(code),
        });
        sockets.add(socket);
        return { close: () => socket.close(), send: (bytes) => step() || socket.send(bytes) };
      },
    },
  };
}
