import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser } from "playwright-core";
import { findBarriers } from "../../web/testing/browser-story.ts";
import { openBrowser } from "../../web/testing/open-browser.ts";
import { type Executable, startExecutable } from "../testing/executable.ts";
import { openProfile, type Profile } from "./profile.ts";

setDefaultTimeout(90_000);

/* One story in the compiled executable and two browser profiles, told in order. */

const PASSWORD = "saffron kettle morning";
const TITLE = "News of the town";
const OPEN = "Not encrypted: everybody on this server and the server itself can read it";

let executable: Executable;
let browser: Browser;
let amina: Profile;
let darius: Profile;

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
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png` });
}

test("whoever founds a channel reads beforehand that everybody and the server can read it", async () => {
  const { page } = amina;
  await page.goto(await executable.setupLink());
  await amina.fillAccount("amina", PASSWORD, "Create and open");
  await darius.enter(await amina.makeInvite(), "darius", PASSWORD);
  await page.goto(`${executable.origin}/chat`);
  await page.getByRole("button", { name: "New conversation" }).first().click();
  await page.getByRole("button", { name: /New public channel/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(OPEN).waitFor();
  await dialog.getByLabel("Title").fill(TITLE);
  await dialog.getByLabel("Name to find it by").fill("darius");
  await dialog.getByRole("button", { name: "Create public channel" }).click();
  await dialog.getByRole("alert").filter({ hasText: "is taken" }).waitFor();
  await dialog.getByLabel("Name to find it by").fill("town.news");
  expect(await findBarriers(page)).toEqual([]);
  await look(amina, "new");
  await dialog.getByRole("button", { name: "Create public channel" }).click();
  await page.getByRole("heading", { name: TITLE, level: 1 }).waitFor();
  await page.getByText("Public: anybody on this server can read · 1 subscriber").waitFor();
  await page.getByText("Public post: everybody on this server and the server itself can read it.").waitFor();
  await amina.type(TITLE, "The **market** opens at eight");
  await page.locator(".message strong", { hasText: "market" }).waitFor();
});

test("another finds it by its exact name, reads what it is, joins and reads all of it", async () => {
  const { page } = darius;
  await page.getByRole("button", { name: "New conversation" }).first().click();
  await page.getByLabel("Username").fill("town.news");
  await page.getByRole("button", { name: "Start writing" }).click();
  const card = page.getByRole("region", { name: "Public channel" });
  await card.getByRole("heading", { name: TITLE }).waitFor();
  await card.getByText(OPEN).waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await look(darius, "found");
  await card.getByRole("button", { name: "Join" }).click();
  await darius.sees("The market opens at eight");
  await page.getByText("anybody on this server can read · 2 subscribers").waitFor();
  await page.getByText("Only the authors of this channel write here.").waitFor();
  expect(await page.getByRole("textbox").count()).toBe(0);
  expect(await findBarriers(page)).toEqual([]);
  await look(darius, "reading");
  await page.emulateMedia({ colorScheme: "dark" });
  await look(darius, "reading-dark");
  await page.emulateMedia({ colorScheme: "light" });
});

test("posts come live, are counted in the list, changed and taken back", async () => {
  const { page } = darius;
  await page.getByRole("button", { name: "Back" }).click();
  await amina.type(TITLE, "And closes at four");
  await page.locator(".row", { hasText: TITLE }).getByText("1 unread").waitFor({ state: "attached" });
  await look(darius, "list");
  await page.locator(".row", { hasText: TITLE }).click();
  await darius.sees("And closes at four");
  const post = amina.page.locator(".message", { hasText: "closes at four" });
  await post.hover();
  await post.getByRole("button", { name: "What to do with this message" }).click();
  await amina.page.getByRole("button", { name: "Change the post" }).click();
  await amina.page.getByRole("textbox", { name: `Message to ${TITLE}` }).fill("And closes at five");
  await amina.page.keyboard.press("Enter");
  await darius.sees("And closes at five");
  const changed = amina.page.locator(".message", { hasText: "closes at five" });
  await changed.hover();
  await changed.getByRole("button", { name: "What to do with this message" }).click();
  await amina.page.getByRole("button", { name: "Delete the post" }).click();
  await amina.page.getByRole("dialog").getByRole("button", { name: "Delete the post" }).click();
  await page.waitForFunction(() => !document.body.textContent?.includes("closes at five"));
});

test("whoever joined comments, the author reads and removes it, and comments can be switched off", async () => {
  const { page } = darius;
  await page.getByRole("button", { name: "Comment", exact: true }).click();
  const thread = page.getByRole("dialog", { name: "Comments" });
  await thread.getByText("Public comment: everybody on this server").waitFor();
  await thread.getByLabel("Your comment").fill("I bring plums");
  await thread.getByRole("button", { name: "Send comment" }).click();
  await thread.locator(".comment", { hasText: "I bring plums" }).waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await look(darius, "comments");
  await thread.getByRole("button", { name: "Close" }).click();
  await amina.page.getByRole("button", { name: "1 comment" }).click();
  await amina.page.getByRole("button", { name: "Delete the comment of darius" }).click();
  await amina.page.getByText("Nobody has commented yet.").waitFor();
  await amina.page.getByRole("button", { name: "Close" }).click();
  await amina.page.locator(".head-person").click();
  await amina.page.getByLabel("Comments").uncheck();
  await page.getByRole("button", { name: "Comment", exact: true }).waitFor({ state: "detached" });
  expect(await findBarriers(amina.page)).toEqual([]);
  await look(amina, "details");
});

test("a reader leaves, and a channel that its owner deletes says that it is gone", async () => {
  const { page } = darius;
  await page.locator(".head-person").click();
  await page.getByRole("button", { name: "Leave the channel" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Leave the channel" }).click();
  await page.getByText("No conversations yet").first().waitFor();
  await page.getByRole("button", { name: "New conversation" }).first().click();
  await page.getByLabel("Username").fill("town.news");
  await page.getByRole("button", { name: "Start writing" }).click();
  await page.getByRole("button", { name: "Join" }).click();
  await darius.sees("The market opens at eight");
  await amina.page.getByRole("button", { name: "Delete the channel" }).click();
  await amina.page.getByRole("dialog").getByRole("button", { name: "Delete the channel" }).click();
  await page.getByText("This channel is no more").waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole("button", { name: "Remove from the list" }).click();
  await page.getByText("No conversations yet").first().waitFor();
  expect([amina, darius].flatMap(({ problems }) => problems)).toEqual([]);
});
