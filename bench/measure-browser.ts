import { join } from "node:path";
import type { Page } from "playwright-core";
import { startExecutable } from "../src/testing/executable.ts";
import { openBrowser, openPage } from "../web/testing/open-browser.ts";
import { percentile } from "./percentile.ts";

export interface InBrowser {
  /** Milliseconds from the press to the drawn newest page; the median of five openings. */
  readonly opening: number;
  /** Milliseconds from a key to drawn results, once everything has been opened; the median over five words. */
  readonly searching: number;
  /** Milliseconds until everything stored can be searched, the first time. */
  readonly firstSearch: number;
}

const ROUNDS = 5;

/** The app in Chromium, offline, with so many messages in the storage of its one conversation. */
export async function measureBrowser(messages: number): Promise<InBrowser> {
  const executable = await startExecutable();
  const browser = await openBrowser();
  try {
    const { page, context } = await openPage(browser);
    page.setDefaultTimeout(120_000);
    await page.goto(await executable.setupLink());
    await page.getByLabel("Username").fill("amina");
    await page.getByLabel("Password", { exact: true }).fill("saffron kettle morning");
    await page.getByRole("button", { name: "Create and open" }).click();
    await page.getByRole("button", { name: "New conversation" }).first().click();
    await page.getByRole("button", { name: "Write to yourself" }).click();
    await page.getByRole("textbox", { name: /^Message/ }).fill("the first");
    await page.keyboard.press("Enter");
    await page.locator(".message").getByRole("img", { name: "Sent", exact: true }).waitFor();
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    // What is stored is measured, and no server that has never heard of these messages.
    await context.setOffline(true);
    await page.evaluate(await bundled());
    await page.evaluate(
      (count) => (globalThis as unknown as { fill(count: number): Promise<void> }).fill(count),
      messages,
    );
    const openings: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      await page.goto(`${executable.origin}/chat`);
      await page.locator(".row").first().waitFor();
      await page.waitForTimeout(500);
      openings.push(await timed(page, ".row", ".message"));
    }
    await page.getByRole("button", { name: "Search", exact: true }).click();
    const begun = performance.now();
    await page.getByRole("searchbox").fill("zzz");
    await page.getByText("Nothing found").waitFor();
    const firstSearch = performance.now() - begun;
    const searches: number[] = [];
    for (const word of ["saffron", "antenna 99", "12345", "quick", "fox ladder"])
      searches.push(await typed(page, word));
    return { opening: percentile(openings, 0.5), searching: percentile(searches, 0.5), firstSearch };
  } finally {
    await browser.close();
    await executable.remove();
  }
}

async function bundled(): Promise<string> {
  const { outputs } = await Bun.build({
    entrypoints: [join(import.meta.dir, "fill-browser.ts")],
    target: "browser",
    format: "iife",
    minify: true,
  });
  const [script] = outputs;
  if (script === undefined) throw new Error("the filling was not built");
  return script.text();
}

/** Inside the page, so that nothing of the driver's own pace counts: from the press until it is on screen. */
function timed(page: Page, press: string, shown: string): Promise<number> {
  return page.evaluate(
    async ([pressed, wanted]) => {
      const drawn = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      const begun = performance.now();
      document.querySelector<HTMLElement>(pressed)?.click();
      while (document.querySelector(wanted) === null) await drawn();
      await drawn();
      return performance.now() - begun;
    },
    [press, shown] as const,
  );
}

/** Until other results are drawn than before. */
function typed(page: Page, word: string): Promise<number> {
  return page.evaluate(async (text) => {
    const box = document.querySelector<HTMLInputElement>(".search-box");
    if (!box) throw new Error("there is nothing to search in");
    const shown = () => document.querySelector(".search")?.textContent;
    const before = shown();
    const begun = performance.now();
    box.value = text;
    box.dispatchEvent(new InputEvent("input", { bubbles: true }));
    while (shown() === before)
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    return performance.now() - begun;
  }, word);
}
