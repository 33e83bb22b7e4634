import { afterAll, beforeAll, describe, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { openBrowser } from "../testing/open-browser.ts";
import { serveBundle } from "../testing/serve-bundle.ts";
import { STORAGE_PROMISES } from "../testing/storage-promises.ts";

describe("IndexedDB in Chromium", () => {
  let server: Awaited<ReturnType<typeof serveBundle>>;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    server = await serveBundle("storage-page.ts");
    browser = await openBrowser();
    page = await browser.newPage();
    await page.goto(server.url);
    await page.waitForFunction(() => "keepPromise" in globalThis);
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

  for (const name of Object.keys(STORAGE_PROMISES))
    test(name, async () => {
      await page.evaluate(`keepPromise(${JSON.stringify(name)})`);
    }, 30_000);
});
