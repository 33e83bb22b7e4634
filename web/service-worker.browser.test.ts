import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { openBrowser, openPage } from "./testing/open-browser.ts";

setDefaultTimeout(60_000);

/** A server with the true service worker and pages of one build at a time. */
let build = "one";
/** During an upgrade the worker's file may be of another build than the page that is fetched with it. */
let pageBuild: string | undefined;
let workers: Record<string, string>;
let server: ReturnType<typeof Bun.serve>;
let browser: Browser;
let context: BrowserContext;
let page: Page;

const assetsOf = (name: string) => [`/assets/main-${name}.js`, `/assets/part-${name}.js`];

async function bundleWorker(name: string): Promise<string> {
  const { outputs } = await Bun.build({
    entrypoints: [join(import.meta.dir, "service-worker.ts")],
    target: "browser",
    define: { ELAHE_ASSETS: JSON.stringify(assetsOf(name)), ELAHE_BUILD: JSON.stringify(name) },
  });
  return (await outputs[0]?.text()) ?? "";
}

function answer(path: string): Response {
  if (path === "/service-worker.js") return script(workers[build] ?? "");
  if (path.startsWith("/api/")) return Response.json({ me: "amina", at: performance.now() });
  if (path.startsWith("/assets/"))
    return assetsOf(build).includes(path)
      ? script(`window.loaded = "${path}";`)
      : new Response("", { status: 404 });
  const name = pageBuild ?? build;
  return new Response(
    `<!doctype html><meta name="elahe-build" content="${name}"><title>${name}</title><script src="/assets/main-${name}.js"></script>`,
    { headers: { "content-type": "text/html", "cache-control": "no-cache" } },
  );
}

const script = (text: string) =>
  new Response(text, { headers: { "content-type": "text/javascript", "cache-control": "no-cache" } });

beforeAll(async () => {
  workers = Object.fromEntries(
    await Promise.all(
      ["one", "two", "three", "four"].map(async (name) => [name, await bundleWorker(name)] as const),
    ),
  );
  server = Bun.serve({
    port: 0,
    hostname: "localhost",
    fetch: (request) => answer(new URL(request.url).pathname),
  });
  browser = await openBrowser();
  ({ page, context } = await openPage(browser));
  await page.goto(server.url.href);
  await page.evaluate(() => navigator.serviceWorker.register("/service-worker.js"));
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.reload();
});
afterAll(async () => {
  await browser.close();
  await server.stop(true);
});

const cached = () =>
  page.evaluate(async () => {
    const found: Record<string, string[]> = {};
    for (const name of await caches.keys()) {
      const kept = await (await caches.open(name)).keys();
      found[name] = kept.map(({ url }) => new URL(url).pathname).sort();
    }
    return found;
  });

const loaded = () => page.evaluate(() => (globalThis as unknown as { loaded?: string }).loaded);

/** The browser finds the new worker; true when it could be installed. */
const upgrade = () =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    const found = new Promise<boolean>((settle) => {
      registration.addEventListener("updatefound", () => {
        const fresh = registration.installing;
        fresh?.addEventListener("statechange", () => {
          if (fresh.state === "installed") settle(true);
          if (fresh.state === "redundant") settle(false);
        });
      });
    });
    await registration.update();
    return found;
  });

test("exactly the build's files are kept, and never an answer of the API", async () => {
  await page.evaluate(() => fetch("/api/sessions/current").then((answered) => answered.text()));
  expect(await cached()).toEqual({ "elahe-one": ["/", ...assetsOf("one")] });
});

test("the app opens without a network, at whatever address, and the API is not answered from memory", async () => {
  await context.setOffline(true);
  await page.goto(`${server.url.href}chat/settings`);
  expect(await page.title()).toBe("one");
  expect(await loaded()).toBe("/assets/main-one.js");
  expect(await page.evaluate(() => fetch("/api/sessions/current").catch(() => "none"))).toBe("none");
  await context.setOffline(false);
});

test("an open page of the old build keeps every part of it while the new one waits", async () => {
  await page.goto(server.url.href);
  build = "two";
  expect(await upgrade()).toBe(true);
  expect(Object.keys(await cached()).sort()).toEqual(["elahe-one", "elahe-two"]);
  const part = () =>
    page.evaluate(() =>
      fetch("/assets/part-one.js").then(async (answered) => [answered.status, await answered.text()]),
    );
  expect(await part()).toEqual([200, 'window.loaded = "/assets/part-one.js";']);
});

test("the next opening is of the new build alone, offline too, and nothing of the old one is left", async () => {
  await page.close();
  page = await context.newPage();
  await page.goto(server.url.href);
  await page.waitForFunction(async () => (await caches.keys()).join() === "elahe-two");
  expect([await page.title(), await loaded()]).toEqual(["two", "/assets/main-two.js"]);
  await context.setOffline(true);
  await page.goto(server.url.href);
  expect([await page.title(), await loaded()]).toEqual(["two", "/assets/main-two.js"]);
  await context.setOffline(false);
});

test("files of two builds are never kept as one: what came in the middle of an upgrade is given up", async () => {
  await page.goto(server.url.href);
  build = "three";
  pageBuild = "four";
  expect(await upgrade()).toBe(false);
  expect(Object.keys(await cached())).toEqual(["elahe-two"]);
  pageBuild = undefined;
  expect(await upgrade()).toBe(true);
});
