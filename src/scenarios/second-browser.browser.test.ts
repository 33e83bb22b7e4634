import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser } from "playwright-core";
import { openBrowser } from "../../web/testing/open-browser.ts";
import { type Executable, startExecutable } from "../testing/executable.ts";
import { openProfile, type Profile } from "./profile.ts";

setDefaultTimeout(90_000);

/* One story in the compiled executable: a second browser is linked, both are lost, a third comes back by the words. */

const PASSWORD = "saffron kettle morning";

let executable: Executable;
let browser: Browser;
let amina: Profile;
let second: Profile;
let third: Profile;
let babak: Profile;
let words = "";

beforeAll(async () => {
  executable = await startExecutable({ LOG_LEVEL: "debug" });
  browser = await openBrowser();
  amina = await openProfile(browser);
  second = await openProfile(browser);
  third = await openProfile(browser);
  babak = await openProfile(browser);
});
afterAll(async () => {
  await browser.close();
  await executable.remove();
});

test("two people talk, each in one browser", async () => {
  await amina.page.goto(await executable.setupLink());
  await amina.fillAccount("amina", PASSWORD, "Create and open");
  await babak.enter(await amina.makeInvite(), "babak", PASSWORD);
  await amina.page.goto(`${executable.origin}/chat`);
  await amina.writeTo("babak");
  await amina.type("babak", "from my first browser");
  await babak.page.getByRole("link", { name: /amina/ }).click();
  await babak.sees("from my first browser");
  await babak.page.getByRole("button", { name: "Accept" }).click();
});

test("a second browser shows a code, which is typed in the first, and comes into the conversation", async () => {
  await second.page.goto(`${executable.origin}/chat`);
  await second.fillAccount("amina", PASSWORD, "Sign in");
  await second.page.getByRole("button", { name: "Link this browser" }).click();
  const code = await second.page.getByRole("status", { name: "The code for this browser" }).textContent();
  await amina.page.goto(`${executable.origin}/chat/settings`);
  await amina.page.getByRole("link", { name: "See your devices" }).click();
  await amina.page.getByLabel("Code of the new device").fill(code?.trim() ?? "");
  await amina.page.getByRole("button", { name: "See which device it is" }).click();
  await amina.page.getByText("Address:").waitFor();
  await amina.page.getByRole("button", { name: "Link this device" }).click();
  await second.page.getByRole("link", { name: /babak/ }).waitFor();
  await amina.page.locator(".own-device").nth(1).waitFor();
});

test("they write and read from both", async () => {
  await second.page.getByRole("link", { name: /babak/ }).click();
  await second.type("babak", "from my second browser");
  await babak.sees("from my second browser");
  await amina.page.getByRole("link", { name: /babak/ }).click();
  await amina.sees("from my second browser");
  await amina.type("babak", "and from the first again");
  await second.sees("and from the first again");
  await babak.type("amina", "to both of you");
  await amina.sees("to both of you");
  await second.sees("to both of you");
  expect(await second.countOf("to both of you")).toBe(1);
});

test("both see the same safety number, from the second browser too, and one marks it", async () => {
  const digitsOf = async ({ page }: Profile) => {
    await page.getByRole("link", { name: /About this conversation/ }).click();
    await page.getByRole("button", { name: "Safety number" }).click();
    const digits = page.getByRole("group", { name: "The 60 digits" });
    await digits.waitFor();
    return digits.textContent();
  };
  const seen = await digitsOf(babak);
  expect(seen?.replaceAll(/\s/g, "")).toMatch(/^\d{60}$/);
  expect(await digitsOf(second)).toBe(seen);
  expect(await digitsOf(amina)).toBe(seen);
  await babak.page.getByRole("button", { name: "Mark as verified" }).click();
  await babak.page.getByText("You have marked amina as verified.").waitFor();
  await babak.page.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();
  await babak.page.getByRole("img", { name: "Verified: you compared safety numbers" }).first().waitFor();
});

test("the words are written down, and two of them asked", async () => {
  const { page } = amina;
  await page.goto(`${executable.origin}/chat/settings`);
  await page.getByRole("link", { name: "Your recovery key" }).click();
  await page.getByRole("button", { name: "Show the 24 words" }).click();
  const shown = page.getByRole("list", { name: "Your 24 recovery words" }).getByRole("listitem");
  await shown.first().waitFor();
  const written = await shown.allTextContents();
  expect(written).toHaveLength(24);
  words = written.join(" ");
  await page.getByRole("button", { name: "I have written them down" }).click();
  for (const label of await page.locator(".words-form label").allTextContents()) {
    const place = Number(label.replace("Word ", ""));
    await page.getByLabel(label, { exact: true }).fill(written[place - 1] ?? "");
  }
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByText("Your recovery key is ready.").waitFor();
});

test("with both browsers lost, a third is back by the words and talks on", async () => {
  await Promise.all([amina.context.close(), second.context.close()]);
  await babak.type("amina", "are you still there?");
  await third.page.goto(`${executable.origin}/chat`);
  await third.fillAccount("amina", PASSWORD, "Sign in");
  await third.page.getByRole("button", { name: "Your recovery words" }).click();
  await third.page.getByRole("textbox", { name: "Your recovery words" }).fill(words);
  await third.page.getByRole("button", { name: "Recover with these words" }).click();
  await third.page.getByRole("link", { name: /babak/ }).click();
  await third.type("babak", "back in a third browser");
  await babak.sees("back in a third browser");
  await babak.type("amina", "welcome back");
  await third.sees("welcome back");
  expect(await babak.page.getByText("has another identity").count()).toBe(0);
  await babak.page.getByRole("img", { name: "Verified: you compared safety numbers" }).first().waitFor();
  await third.page.goto(`${executable.origin}/chat/settings?devices`);
  await third.page.locator(".own-device").first().waitFor();
  expect(await third.page.locator(".own-device").count()).toBe(1);
});

test("no page had a script error or broke its content security policy", () => {
  const expected = /Failed to fetch|WebSocket connection|net::ERR/;
  const problems = [amina, second, third, babak].flatMap((one) => one.problems);
  expect(problems.filter((problem) => !expected.test(problem))).toEqual([]);
});
