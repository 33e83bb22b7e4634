import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser } from "playwright-core";
import { type Executable, startExecutable } from "../src/testing/executable.ts";
import { gzipBytes, watchScripts } from "./testing/fetched-scripts.ts";
import { openBrowser, openPage } from "./testing/open-browser.ts";

setDefaultTimeout(60_000);

const KIBIBYTE = 1024;
const SIGN_IN = 40 * KIBIBYTE;
/** The budget is 150, and is not kept since there are further devices, what they share and an archive. */
const CHAT = 163 * KIBIBYTE;
/** With what is fetched when it is first wanted, and every language: fetched once, behind the first page. */
const ALL = 460 * KIBIBYTE;

let executable: Executable;
let browser: Browser;

beforeAll(async () => {
  executable = await startExecutable();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await executable.remove();
});

test("the sign-in page asks for at most 40 KiB of compressed JavaScript", async () => {
  const { page, context } = await openPage(browser);
  const scripts = watchScripts(context);
  await page.goto(`${executable.origin}/auth/sign-in`, { waitUntil: "networkidle" });
  await page.getByLabel("Username").waitFor();
  const size = await gzipBytes(scripts.asked);
  expect(size).toBeGreaterThan(0);
  expect(size).toBeLessThanOrEqual(SIGN_IN);
  await context.close();
});

test("the chat asks for at most 163 KiB up to an encrypted message, its worker included, and all of it is kept for offline", async () => {
  const { page, context, problems } = await openPage(browser);
  const scripts = watchScripts(context);
  await page.goto(await executable.setupLink());
  await page.getByLabel("Username").fill("amina");
  await page.getByLabel("Password", { exact: true }).fill("saffron kettle morning");
  await page.getByRole("button", { name: "Create and open" }).click();
  await page.getByRole("button", { name: "New conversation" }).first().click();
  await page.getByRole("button", { name: "Write to yourself" }).click();
  await page.getByRole("textbox", { name: /^Message/ }).fill("rice, saffron, barberries");
  await page.keyboard.press("Enter");
  const message = page.locator(".message", { hasText: "rice, saffron, barberries" });
  await message.getByRole("img", { name: "Sent", exact: true }).waitFor();
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));

  const asked = [...scripts.asked];
  expect(asked.filter((address) => /\/assets\/worker-/.test(address))).toHaveLength(1);
  expect(await gzipBytes(asked)).toBeLessThanOrEqual(CHAT);
  // The service worker keeps every part of the build: panels nobody has opened yet, and languages nobody has chosen.
  expect([...scripts.kept]).toEqual(
    expect.arrayContaining(asked.filter((address) => /\/assets\//.test(address))),
  );
  expect(await gzipBytes(new Set([...asked, ...scripts.kept]))).toBeLessThanOrEqual(ALL);
  expect(problems).toEqual([]);
  await context.close();
});
