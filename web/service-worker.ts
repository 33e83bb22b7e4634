/**
 * Keeps the app's own files of one build, so that it opens without a network. Never an answer of the API,
 * and nothing of another origin. Push is not here yet.
 */
declare const ELAHE_ASSETS: readonly string[];
declare const ELAHE_BUILD: string;

interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface Fetching extends Extendable {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

const CACHE = `elahe-${ELAHE_BUILD}`;
const SHELL = "/";

addEventListener("install", (event) => (event as Extendable).waitUntil(keepBuild()));
addEventListener("activate", (event) => (event as Extendable).waitUntil(dropOtherBuilds()));
addEventListener("fetch", (event) => answerFetch(event as Fetching));

async function keepBuild(): Promise<void> {
  const cache = await caches.open(CACHE);
  try {
    await cache.addAll([SHELL, ...ELAHE_ASSETS]);
    await checkShell(await cache.match(SHELL));
  } catch (incomplete) {
    await caches.delete(CACHE);
    throw incomplete;
  }
}

/** During an upgrade the page may come from the next build already: the browser tries again later. */
async function checkShell(shell: Response | undefined): Promise<void> {
  if (!(await shell?.text())?.includes(ELAHE_BUILD)) throw new Error("the page is of another build");
}

async function dropOtherBuilds(): Promise<void> {
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
}

function answerFetch(event: Fetching): void {
  const url = new URL(event.request.url);
  if (url.origin !== location.origin || event.request.method !== "GET") return;
  if (url.pathname.startsWith("/api/")) return;
  if (event.request.mode === "navigate") event.respondWith(pageOrShell(event.request));
  else if (url.pathname.startsWith("/assets/")) event.respondWith(kept(event.request));
}

/** The network first, because the server guards `/chat`; the kept shell when there is none. */
async function pageOrShell(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (unreachable) {
    const shell = await (await caches.open(CACHE)).match(SHELL);
    if (shell) return shell;
    throw unreachable;
  }
}

async function kept(request: Request): Promise<Response> {
  return (await (await caches.open(CACHE)).match(request)) ?? fetch(request);
}
