import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser } from "playwright-core";
import { findBarriers } from "../../web/testing/browser-story.ts";
import { openBrowser } from "../../web/testing/open-browser.ts";
import { type Executable, startExecutable } from "../testing/executable.ts";
import { openProfile, type Profile } from "./profile.ts";

setDefaultTimeout(90_000);

/* One story in the compiled executable and two browser profiles, told in order. */

const PASSWORD = "saffron kettle morning";
const VILLAGE = "Village by the river";

let executable: Executable;
let browser: Browser;
let amina: Profile;
let darius: Profile;
let link: string;

beforeAll(async () => {
  executable = await startExecutable();
  browser = await openBrowser();
  [amina, darius] = [await openProfile(browser), await openProfile(browser, { screen: "phone" })];
});
afterAll(async () => {
  await browser.close();
  await executable.remove();
});

async function look({ page }: Profile, name: string) {
  const folder = process.env["ELAHE_PICTURES"];
  if (folder === undefined) return;
  await page.screenshot({ path: `${folder}/${name}.png` });
  await page.emulateMedia({ colorScheme: "dark" });
  await page.waitForTimeout(300);
  await page.screenshot({ path: `${folder}/${name}-dark.png` });
  await page.emulateMedia({ colorScheme: "light" });
}

async function makeGroup(name: string, asks: boolean) {
  const { page } = amina;
  await page.getByRole("button", { name: "New group in it" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name of the group").fill(name);
  if (asks) await dialog.getByLabel("Ask before letting anybody in").check();
  expect(await findBarriers(page)).toEqual([]);
  await look(amina, "new-group");
  await dialog.getByRole("button", { name: "Create group" }).click();
  await page.getByRole("link", { name: `Open ${name}` }).waitFor();
}

test("whoever founds a community comes to where its groups are made and added", async () => {
  const { page } = amina;
  await page.goto(await executable.setupLink());
  await amina.fillAccount("amina", PASSWORD, "Create and open");
  await darius.enter(await amina.makeInvite(), "darius", PASSWORD);
  await page.goto(`${executable.origin}/chat`);
  await page.getByRole("button", { name: "New conversation" }).first().click();
  await page.getByRole("button", { name: /New community/ }).click();
  await page.getByLabel("Name of the community").fill(VILLAGE);
  await look(amina, "new");
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole("button", { name: "Create community" }).click();
  await page.getByRole("heading", { name: VILLAGE, level: 1 }).waitFor();
  await page.getByText("Community · 1 member").waitFor();
  await page.getByText("Members join here what you add.").waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await look(amina, "empty");
  await makeGroup("Cooks", false);
  await makeGroup("Council", true);
  await page.locator(".change-line", { hasText: "You added Cooks to the community" }).waitFor();
  await amina.type(VILLAGE, "The well is open again");
});

test("a group that was there before is added, and taken off again", async () => {
  const { page } = amina;
  await page.getByRole("button", { name: "New conversation" }).first().click();
  await page.getByRole("button", { name: /New group Write/ }).click();
  await page.getByLabel("Name of the group").fill("Singers");
  await page.getByRole("button", { name: "Create group" }).click();
  await page.getByRole("heading", { name: "Singers", level: 1 }).waitFor();
  await page.locator(".row", { hasText: VILLAGE }).click();
  await page.getByRole("link", { name: /belong to it/ }).click();
  await page.getByRole("button", { name: "Add a group or channel" }).click();
  expect(await findBarriers(page)).toEqual([]);
  await look(amina, "add");
  await page.getByRole("dialog").getByRole("button", { name: "Singers" }).click();
  await page.getByRole("link", { name: "Open Singers" }).waitFor();
  await page.getByRole("button", { name: "Take Singers off the list" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Take off the list" }).click();
  await page.getByRole("link", { name: "Open Singers" }).waitFor({ state: "detached" });
  await page.locator(".change-line", { hasText: "You took Singers off the community" }).waitFor();
});

test("whoever comes by its link sees what they may join while nobody is there, and joins it", async () => {
  await amina.page.getByRole("button", { name: "Create a link" }).click();
  const dialog = amina.page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Create a link" }).click();
  link = (await amina.page.locator(".invite-link").textContent())?.trim() ?? "";
  await look(amina, "details");
  await amina.page.close();
  const { page } = darius;
  await page.goto(link);
  await page.getByText("Community · 1 member").waitFor();
  await look(darius, "link");
  await page.getByRole("button", { name: "Join", exact: true }).click();
  await page.getByText("Community · 2 members").waitFor();
  await page.getByText("only those in charge write here").waitFor();
  expect(await page.getByRole("textbox").count()).toBe(0);
  const bar = page.getByRole("link", { name: /2 groups and channels belong to it/ });
  await bar.waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await look(darius, "joined");
  await bar.click();
  await page.getByText("Open to members").waitFor();
  await page.getByText("Somebody in it is asked first").waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await look(darius, "places");
  await page.getByRole("button", { name: "Join Cooks" }).click();
  await page.getByRole("button", { name: "Ask to join Council" }).click();
  await page.getByText("You have asked to join").waitFor();
  await look(darius, "places-after");
  await page.getByRole("link", { name: "Open Cooks" }).click();
  await page.getByRole("textbox", { name: "Message to Cooks" }).fill("Soup on Friday?");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await darius.seesMark("Soup on Friday?", "Sent");
});

test("announcements and groups reach both, and somebody in a group lets in who asked", async () => {
  amina = { ...amina, ...amina.on(await amina.context.newPage()) };
  const { page } = amina;
  await page.goto(`${executable.origin}/chat`);
  await page.locator(".row", { hasText: "Council" }).click();
  await page.locator(".head-person").click();
  await page.getByRole("button", { name: "Let in darius" }).click();
  await page.getByRole("heading", { name: "2 members" }).waitFor();
  await page.locator(".row", { hasText: "Cooks" }).click();
  await amina.sees("Soup on Friday?");
  await page.locator(".row", { hasText: VILLAGE }).click();
  await page.locator(".change-line", { hasText: "darius joined by a link" }).waitFor();
  await amina.type(VILLAGE, "Feast on Saturday");
  await darius.page.goto(`${executable.origin}/chat`);
  await darius.page.locator(".row", { hasText: "Feast on Saturday" }).waitFor();
  await look(darius, "list");
  await darius.page.locator(".row", { hasText: VILLAGE }).click();
  await darius.sees("Feast on Saturday");
  await look(darius, "announcements");
});

test("all of it is said in Persian too, from right to left", async () => {
  const { page } = darius;
  await page.locator(".head-person").click();
  await page.getByRole("heading", { name: "Groups and channels" }).waitFor();
  await page.evaluate(() => localStorage.setItem("elahe.language", "fa"));
  await page.reload();
  await page.getByRole("heading", { name: "گروه‌ها و کانال‌ها" }).waitFor();
  expect(await page.evaluate(() => document.documentElement.dir)).toBe("rtl");
  expect(await findBarriers(page)).toEqual([]);
  await look(darius, "persian");
  await page.evaluate(() => localStorage.setItem("elahe.language", "en"));
  await page.reload();
  await page.getByRole("heading", { name: "Groups and channels" }).waitFor();
});

test("whoever is removed from the community with its groups is out of all of them", async () => {
  const { page } = amina;
  await page.locator(".head-person").click();
  await page.getByRole("button", { name: "What to do about darius" }).click();
  await page.getByRole("button", { name: "Remove from the community" }).click();
  const dialog = page.getByRole("dialog");
  expect(await dialog.getByLabel("Remove them from its groups too").isChecked()).toBe(true);
  expect(await findBarriers(page)).toEqual([]);
  await look(amina, "remove");
  await dialog.getByRole("button", { name: "Remove from the community" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByRole("heading", { name: "1 member" }).waitFor();
  for (const left of [VILLAGE, "Cooks", "Council"]) {
    await darius.page.goto(`${executable.origin}/chat`);
    await darius.page.locator(".row", { hasText: left }).first().click();
    await darius.page.locator(".composer-said", { hasText: "You are no longer in this group" }).waitFor();
  }
  expect([amina, darius].flatMap(({ problems }) => problems)).toEqual([]);
});
