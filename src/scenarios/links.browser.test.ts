import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser } from "playwright-core";
import { findBarriers } from "../../web/testing/browser-story.ts";
import { openBrowser } from "../../web/testing/open-browser.ts";
import { type Executable, startExecutable } from "../testing/executable.ts";
import { openProfile, type Profile } from "./profile.ts";

setDefaultTimeout(90_000);

/* One story in the compiled executable and three browser profiles, told in order. */

const PASSWORD = "saffron kettle morning";
const GROUP = "Garden on Sunday";

let executable: Executable;
let browser: Browser;
let amina: Profile;
let darius: Profile;
let leyla: Profile;
let link = "";

beforeAll(async () => {
  executable = await startExecutable();
  browser = await openBrowser();
  [amina, darius, leyla] = [
    await openProfile(browser),
    await openProfile(browser, { screen: "phone" }),
    await openProfile(browser),
  ];
});
afterAll(async () => {
  await browser.close();
  await executable.remove();
});

async function makeLink(approval: boolean): Promise<string> {
  const { page } = amina;
  await page.getByRole("button", { name: "Create a link" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("A day").check({ force: true });
  if (approval) await dialog.getByLabel("Ask before letting anybody in").check();
  expect(await findBarriers(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Create a link" }).click();
  const address = page.locator(".invite-link");
  await address.waitFor();
  await page.getByRole("img", { name: "QR code of the link into the group" }).waitFor();
  const made = (await address.textContent())?.trim() ?? "";
  await page.getByRole("button", { name: "Hide" }).click();
  return made;
}

test("a link is made in the group's details, and no part behind its # leaves the browser", async () => {
  const { page } = amina;
  await page.goto(await executable.setupLink());
  await amina.fillAccount("amina", PASSWORD, "Create and open");
  await darius.enter(await amina.makeInvite(), "darius", PASSWORD);
  await leyla.enter(await amina.makeInvite(), "leyla", PASSWORD);
  await page.goto(`${executable.origin}/chat`);
  await page.getByRole("button", { name: "New conversation" }).first().click();
  await page.getByRole("button", { name: /New group/ }).click();
  await page.getByLabel("Name of the group").fill(GROUP);
  await page.getByRole("button", { name: "Create group" }).click();
  await page.getByRole("heading", { name: GROUP, level: 1 }).waitFor();
  await page.locator(".head-person").click();
  link = await makeLink(false);
  expect(link).toMatch(/\/join\/[A-Za-z0-9_-]{22}#[A-Za-z0-9_-]{43}$/);
  expect(await findBarriers(page)).toEqual([]);
});

test("somebody who is signed out comes to the link after signing in, sees what it leads to, and joins while nobody is there", async () => {
  await amina.page.close();
  const { page, context } = darius;
  const asked: string[] = [];
  context.on("request", (request) => asked.push(request.url().split("#")[0] ?? "", request.postData() ?? ""));
  await context.clearCookies();
  await page.goto(link);
  await page.getByLabel("Username").fill("darius");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: GROUP, level: 2 }).waitFor();
  await page.getByText("1 member").waitFor();
  await page.getByText("only messages that are sent after you join").waitFor();
  expect(page.url()).toBe(link);
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole("button", { name: "Join", exact: true }).click();
  await page.getByRole("heading", { name: GROUP, level: 1 }).waitFor();
  await page.locator(".change-line", { hasText: "You joined by a link" }).waitFor();
  await page.getByRole("textbox", { name: `Message to ${GROUP}` }).fill("Here I am");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await darius.seesMark("Here I am", "Sent");
  const secret = link.split("#")[1] ?? "";
  expect(asked.some((words) => words.includes(secret))).toBe(false);
  await page.goto(link);
  await page.getByText("You are in this group already.").waitFor();
});

test("the others see who came by the link, and read them", async () => {
  amina = { ...amina, ...amina.on(await amina.context.newPage()) };
  const { page } = amina;
  await page.goto(`${executable.origin}/chat`);
  await page.locator(".row", { hasText: GROUP }).click();
  await page.locator(".change-line", { hasText: "darius joined by a link" }).waitFor();
  await amina.sees("Here I am");
  await amina.type(GROUP, "Welcome");
  await darius.page.getByRole("button", { name: "Open the group" }).click();
  await darius.sees("Welcome");
});

test("by a link that asks, somebody waits until they are let in", async () => {
  const { page } = amina;
  await page.locator(".head-person").click();
  const asking = await makeLink(true);
  await leyla.page.goto(asking);
  await leyla.page.getByRole("button", { name: "Ask to join" }).click();
  await leyla.page.getByText("You have asked to join.").waitFor();
  await page.getByRole("heading", { name: "1 person asks to join" }).waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole("button", { name: "Let in leyla" }).click();
  await page.getByRole("heading", { name: "3 members" }).waitFor();
  await leyla.page.goto(`${executable.origin}/chat`);
  await leyla.page.locator(".row", { hasText: GROUP }).click();
  await leyla.type(GROUP, "Thank you");
  await amina.sees("Thank you");
});

test("whoever was let in is promoted and removes somebody, who reads nothing more", async () => {
  await amina.page.getByRole("button", { name: "What to do about leyla" }).click();
  await amina.page.getByRole("button", { name: "Make an admin" }).click();
  const { page } = leyla;
  await page.locator(".change-line", { hasText: "amina made you an admin" }).waitFor();
  await page.locator(".head-person").click();
  await page.getByRole("button", { name: "What to do about darius" }).click();
  await page.getByRole("button", { name: "Remove from the group" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove from the group" }).click();
  await darius.page.getByText("You are no longer in this group").first().waitFor();
  await leyla.type(GROUP, "Only the two of us");
  await amina.sees("Only the two of us");
  await darius.page.reload();
  await darius.sees("Welcome");
  expect(await darius.countOf("Only the two of us")).toBe(0);
});

test("a revoked link says so", async () => {
  const { page } = amina;
  for (const left of [1, 0]) {
    await page.getByRole("button", { name: "Revoke", exact: true }).first().click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke", exact: true }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.waitForFunction((count) => document.querySelectorAll(".group-link").length === count, left);
  }
  const stranger = await openProfile(browser);
  await page.goto(`${executable.origin}/chat/settings`);
  await stranger.enter(await amina.makeInvite(), "samira", PASSWORD);
  await stranger.page.goto(link);
  await stranger.page.getByRole("alert").filter({ hasText: "it was revoked" }).waitFor();
  expect(await findBarriers(stranger.page)).toEqual([]);
  expect([amina, darius, leyla].flatMap(({ problems }) => problems)).toEqual([]);
});
