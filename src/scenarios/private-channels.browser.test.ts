import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser } from "playwright-core";
import { findBarriers } from "../../web/testing/browser-story.ts";
import { openBrowser } from "../../web/testing/open-browser.ts";
import { type Executable, startExecutable } from "../testing/executable.ts";
import { openProfile, type Profile } from "./profile.ts";

setDefaultTimeout(90_000);

/* One story in the compiled executable and two browser profiles, told in order. */

const PASSWORD = "saffron kettle morning";
const CHANNEL = "Garden notices";

let executable: Executable;
let browser: Browser;
let amina: Profile;
let darius: Profile;
let link = "";

beforeAll(async () => {
  executable = await startExecutable();
  browser = await openBrowser();
  [amina, darius] = [await openProfile(browser), await openProfile(browser, { screen: "phone" })];
});
afterAll(async () => {
  await browser.close();
  await executable.remove();
});

test("a private channel is founded by somebody alone, who makes a link into it", async () => {
  const { page } = amina;
  await page.goto(await executable.setupLink());
  await amina.fillAccount("amina", PASSWORD, "Create and open");
  await darius.enter(await amina.makeInvite(), "darius", PASSWORD);
  await page.goto(`${executable.origin}/chat`);
  await page.getByRole("button", { name: "New conversation" }).first().click();
  await page.getByRole("button", { name: /New private channel/ }).click();
  await page.getByText("only you and the admins you name write").waitFor();
  await page.getByLabel("Name of the channel").fill(CHANNEL);
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole("button", { name: "Create channel" }).click();
  await page.getByRole("heading", { name: CHANNEL, level: 1 }).waitFor();
  await page.getByText("Private channel · 1 subscriber").first().waitFor();
  await page.locator(".head-person").click();
  expect(await page.getByRole("button", { name: "Add people" }).count()).toBe(0);
  await page.getByRole("button", { name: "Create a link" }).click();
  const dialog = page.getByRole("dialog");
  expect(await dialog.getByLabel("Ask before letting anybody in").count()).toBe(0);
  await dialog.getByRole("button", { name: "Create a link" }).click();
  await page.locator(".invite-link").waitFor();
  link = (await page.locator(".invite-link").textContent())?.trim() ?? "";
  expect(await findBarriers(page)).toEqual([]);
});

test("whoever has the link subscribes, reads what comes, and cannot write", async () => {
  const { page } = darius;
  await page.goto(link);
  await page.getByRole("heading", { name: CHANNEL, level: 2 }).waitFor();
  await page.getByText("Private channel · 1 subscriber").waitFor();
  await page.getByRole("button", { name: "Join", exact: true }).click();
  await page.getByText("Only its owner and admins write in this channel.").waitFor();
  expect(await page.getByRole("textbox").count()).toBe(0);
  await amina.page.getByText("Private channel · 2 subscribers").first().waitFor();
  await amina.type(CHANNEL, "The gate is open on Sunday.");
  await darius.sees("The gate is open on Sunday.");
  expect(await findBarriers(page)).toEqual([]);
  await page.locator(".head-person").click();
  await page.getByText("Only its owner and admins write.").waitFor();
  expect(await page.locator(".members").count()).toBe(0);
  await page.getByRole("button", { name: "Leave the channel" }).waitFor();
  expect(await findBarriers(page)).toEqual([]);
  expect([...amina.problems, ...darius.problems]).toEqual([]);
});
