import { expect, test } from "bun:test";
import { join } from "node:path";
import { openBrowser } from "../testing/open-browser.ts";
import type { Survived } from "./simulation.ts";
import { POST_QUANTUM } from "./suite.ts";

const seeds = process.env["ELAHE_FULL"] === "1" ? [21, 22, 23, 24] : [21];

test("the random group lives in Chromium too, and no page loads Node's or optional modules for it", async () => {
  const asked: string[] = [];
  const server = await serveSimulation(asked);
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(server.url.href);
    await page.waitForFunction(() => "simulateGroup" in globalThis);
    for (const seed of seeds) {
      const survived: Survived = await page.evaluate(callOf(seed));
      expect(survived.epochs).toBe(20);
    }
    expect(asked.filter((path) => /index-|ed448|nist|chacha/.test(path))).toEqual([]);
  } finally {
    await browser.close();
    await server.stop(true);
  }
}, 120_000);

function callOf(seed: number): string {
  return `simulateGroup(${JSON.stringify({ seed, changes: 20, suite: POST_QUANTUM })})`;
}

async function serveSimulation(asked: string[]) {
  const { outputs } = await Bun.build({
    entrypoints: [join(import.meta.dir, "../testing/simulation-page.ts")],
    target: "browser",
    splitting: true,
    naming: { entry: "main.[ext]", chunk: "[name]-[hash].[ext]" },
  });
  const files = new Map(outputs.map((output) => [`/${output.path.replace(/^\.?\//, "")}`, output]));
  return Bun.serve({
    port: 0,
    hostname: "localhost",
    fetch(request) {
      const { pathname } = new URL(request.url);
      asked.push(pathname);
      if (pathname === "/") return new Response(PAGE, { headers: { "content-type": "text/html" } });
      const file = files.get(pathname);
      return file
        ? new Response(file, { headers: { "content-type": "text/javascript" } })
        : new Response("", { status: 404 });
    },
  });
}

const PAGE = '<!doctype html><script type="module" src="/main.js"></script>';
