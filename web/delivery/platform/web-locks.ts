import type { Locks } from "./platform.ts";

/** The browser's own locks, shared by all tabs and the service worker of the origin. */
export const webLocks: Locks = {
  hold: async (name, work) => navigator.locks.request(name, work),
  keep(name, on, force = false) {
    const leaving = Promise.withResolvers<void>();
    const stopWaiting = new AbortController();
    const options = force ? { steal: true } : { signal: stopWaiting.signal };
    let released = false;
    navigator.locks
      .request(name, options, () => {
        if (released) return undefined;
        on.got();
        return leaving.promise;
      })
      .catch(() => {
        if (!released) on.lost();
      });
    return () => {
      released = true;
      leaving.resolve();
      stopWaiting.abort();
    };
  },
};
