import type { Config } from "../config/config.ts";

/**
 * Whether a request that changes something, or opens a socket, comes from this server's own pages.
 * Browsers send `Origin` with both. Where it is absent only `Sec-Fetch-Site: same-origin` will do, so
 * that a form of another site is refused even by a browser that left the origin out.
 */
export function isFromOwnPages(request: Request, config: Config): boolean {
  const origin = request.headers.get("origin");
  if (origin === null) return request.headers.get("sec-fetch-site") === "same-origin";
  return origin === config.publicOrigin || config.allowedOrigins.includes(origin);
}
