import type { BrowserContext } from "playwright-core";

/** The scripts a profile asks for from now on: its pages and their workers, and apart what the service worker keeps. */
export function watchScripts(context: BrowserContext) {
  const asked = new Set<string>();
  const kept = new Set<string>();
  context.on("request", (request) => {
    const { pathname, href } = new URL(request.url());
    if (pathname.endsWith(".js")) (request.serviceWorker() === null ? asked : kept).add(href);
  });
  return { asked, kept };
}

/** How many bytes the server sends for these addresses to whoever takes gzip. */
export async function gzipBytes(addresses: Iterable<string>): Promise<number> {
  const sizes = await Promise.all([...addresses].map(bodyBytes));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function bodyBytes(address: string): Promise<number> {
  const response = await fetch(address, { headers: { "accept-encoding": "gzip" }, decompress: false });
  if (!response.ok) throw new Error(`${address} was not served: ${response.status}`);
  return (await response.bytes()).byteLength;
}
