import type { Platform } from "../../web/delivery/platform/platform.ts";

/** A network cable that can be pulled. */
export function cable() {
  const sockets = new Set<{ close(): void }>();
  let up = true;
  const through = (platform: Platform): Platform => ({
    ...platform,
    fetch: async (url, init) => {
      if (!up) throw new TypeError("network is down");
      return platform.fetch(url, init);
    },
    openSocket: (path, handlers) => {
      if (!up) {
        queueMicrotask(() => handlers.closed(1006));
        return { send: () => undefined, close: () => undefined };
      }
      const socket = platform.openSocket(path, handlers);
      sockets.add(socket);
      return socket;
    },
  });
  return {
    through,
    cut() {
      up = false;
      for (const socket of sockets) socket.close();
    },
    mend() {
      up = true;
    },
  };
}
