import type { Platform } from "../../web/delivery/platform/platform.ts";

/** Once closed, the first commits wait for each other before they go out. */
export function meeting(count: number) {
  let closed = false;
  let arrived = 0;
  let refused = 0;
  const all = Promise.withResolvers<void>();
  const through = (platform: Platform): Platform => ({
    ...platform,
    fetch: async (url, init) => {
      if (!url.endsWith("/commits")) return platform.fetch(url, init);
      if (closed) arrived += 1;
      if (arrived >= count) all.resolve();
      if (closed) await all.promise;
      const answer = await platform.fetch(url, init);
      if (answer.status === 409) refused += 1;
      return answer;
    },
  });
  const close = () => {
    closed = true;
  };
  return { through, close, refused: () => refused };
}
