const SEARCHED_FROM = 11;

/**
 * The request as Elysia can route it; undefined when its address is none. Elysia looks for the path from the
 * twelfth character of the address on, so that a host of up to three letters would hide it: such a request goes
 * on under another host, which nothing behind this looks at.
 */
export function asRouted(request: Request): Request | undefined {
  const { url } = request;
  if (!URL.canParse(url)) return undefined;
  if (url.indexOf("/", url.indexOf("//") + 2) >= SEARCHED_FROM) return request;
  const { pathname, search } = new URL(url);
  return new Request(`http://short-host.invalid${pathname}${search}`, request);
}
