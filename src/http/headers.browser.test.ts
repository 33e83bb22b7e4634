import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { openBrowser } from "../../web/testing/open-browser.ts";
import { openTestApp, type TestApp } from "../testing/test-app.ts";
import { openWebAssets } from "./web-assets.ts";

const folder = mkdtempSync(join(tmpdir(), "elahe-policy-"));
const WORKER = "/assets/worker.js";
let appliance: TestApp;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  await writePage();
  appliance = await openTestApp({ assets: openWebAssets(folder) });
  browser = await openBrowser();
  page = await browser.newPage();
  await page.goto(appliance.origin);
  await page.waitForFunction(() => "trust" in globalThis);
}, 30_000);
afterAll(async () => {
  await browser.close();
  await appliance.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A page of the server's own headers that makes the app's policy as the app does. */
async function writePage(): Promise<void> {
  mkdirSync(join(folder, "assets"));
  const source = join(folder, "page.ts");
  const policy = join(import.meta.dir, "../../web/trust-script-urls.ts");
  writeFileSync(
    source,
    `import { trustScriptUrls } from ${JSON.stringify(policy)};\nglobalThis.trust = trustScriptUrls(["${WORKER}"]);`,
  );
  const { outputs } = await Bun.build({ entrypoints: [source], target: "browser" });
  writeFileSync(join(folder, "assets/page.js"), (await outputs[0]?.text()) ?? "");
  writeFileSync(join(folder, WORKER), "postMessage(1);");
  writeFileSync(join(folder, "assets/other.js"), "globalThis.foreign = true; postMessage(2);");
  writeFileSync(
    join(folder, "index.html"),
    '<!doctype html><title>Elahe</title><script type="module" src="/assets/page.js"></script>',
  );
}

/** "done", or the kind of error that it was refused with. */
function attempt(code: string): Promise<string> {
  return page.evaluate(`(async () => {
    try { await (async () => { ${code} })(); return "done"; } catch (error) { return error.name; }
  })()`);
}

test("the address that the app's policy knows starts its worker", async () => {
  const started = `await new Promise((resolve) => { new Worker(trust("${WORKER}")).onmessage = resolve; });`;
  expect(await attempt(started)).toBe("done");
});

test.each([
  ["another address, asked of the app's own policy", 'new Worker(trust("/assets/other.js"));'],
  ["the right address past the policy", `new Worker("${WORKER}");`],
  ["a script put into the page", 'document.createElement("script").src = "/assets/other.js";'],
  ["words put into the page as markup", 'document.body.innerHTML = "<b>bold</b>";'],
  ["a policy of another name", 'trustedTypes.createPolicy("other", { createScriptURL: (url) => url });'],
  [
    "a second policy of the app's name",
    'trustedTypes.createPolicy("elahe", { createScriptURL: (url) => url });',
  ],
])("%s is refused", async (_, code) => {
  expect(await attempt(code)).toBe("TypeError");
  expect(await page.evaluate("globalThis.foreign")).toBeUndefined();
});
