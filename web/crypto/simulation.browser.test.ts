import { expect, test } from "bun:test";
import { openBrowser } from "../testing/open-browser.ts";
import { serveBundle } from "../testing/serve-bundle.ts";
import type { Survived } from "./simulation.ts";
import { POST_QUANTUM } from "./suite.ts";

const seeds = process.env["ELAHE_FULL"] === "1" ? [21, 22, 23, 24] : [21];

test("the random group lives in Chromium too, and no page loads Node's or optional modules for it", async () => {
  const server = await serveBundle("simulation-page.ts");
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(server.url);
    await page.waitForFunction(() => "simulateGroup" in globalThis);
    for (const seed of seeds) {
      const survived: Survived = await page.evaluate(callOf(seed));
      expect(survived.epochs).toBe(20);
    }
    expect(server.asked.filter((path) => /index-|ed448|nist|chacha/.test(path))).toEqual([]);
  } finally {
    await browser.close();
    await server.stop();
  }
}, 120_000);

function callOf(seed: number): string {
  return `simulateGroup(${JSON.stringify({ seed, changes: 20, suite: POST_QUANTUM })})`;
}
