import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser } from "playwright-core";
import { findBarriers } from "../../web/testing/browser-story.ts";
import { openBrowser } from "../../web/testing/open-browser.ts";
import { type Executable, startExecutable } from "../testing/executable.ts";
import { openProfile, type Profile } from "./profile.ts";

setDefaultTimeout(60_000);

/* One story in the compiled executable and two browser profiles, told in order. */

const PASSWORD = "saffron kettle morning";

let executable: Executable;
let browser: Browser;
let amina: Profile;
let darius: Profile;

beforeAll(async () => {
  executable = await startExecutable();
  browser = await openBrowser();
  [amina, darius] = [await openProfile(browser), await openProfile(browser)];
});
afterAll(async () => {
  await browser.close();
  await executable.remove();
});

/** Saying this itself, and not in what it answers. */
const bubble = ({ page }: Profile, text: string) =>
  page.locator(".message", { has: page.locator(".bubble-text", { hasText: text }) }).last();

const reaction = (who: Profile, name: RegExp) => bubble(who, "Tea, please").getByRole("button", { name });

async function chooseFor(who: Profile, text: string, deed: string) {
  await bubble(who, text).hover();
  await bubble(who, text).getByRole("button", { name: "What to do with this message" }).click();
  await who.page.getByRole("dialog").getByRole("button", { name: deed, exact: true }).click();
}

test("two people talk", async () => {
  await amina.page.goto(await executable.setupLink());
  await amina.fillAccount("amina", PASSWORD, "Create and open");
  await darius.enter(await amina.makeInvite(), "darius", PASSWORD);
  await amina.page.goto(`${executable.origin}/chat`);
  await amina.writeTo("darius");
  await amina.type("darius", "Tea or coffee?");
  await darius.page.locator(".row", { hasText: "amina" }).click();
  await darius.page.getByRole("button", { name: "Accept" }).click();
  await darius.sees("Tea or coffee?");
});

test("one answers, and the answer leads back to what it answers", async () => {
  await chooseFor(darius, "Tea or coffee?", "Answer");
  await darius.page.getByText("Answering amina").waitFor();
  expect(await findBarriers(darius.page)).toEqual([]);
  await darius.type("amina", "Tea, please");
  await bubble(amina, "Tea, please").locator(".quote", { hasText: "Tea or coffee?" }).click();
  expect(await darius.page.getByText("Answering amina").count()).toBe(0);
});

test("one reacts with what is at hand or with any other, and takes it back", async () => {
  await bubble(amina, "Tea, please").hover();
  await bubble(amina, "Tea, please").getByRole("button", { name: "What to do with this message" }).click();
  await amina.page
    .getByRole("dialog")
    .getByRole("button", { name: /React with .*❤️/ })
    .click();
  await reaction(darius, /❤️.* from amina/).click();
  await reaction(amina, /❤️.* from you and darius|❤️.* from darius and you/).waitFor();
  await reaction(darius, /❤️/).click();
  await reaction(amina, /❤️.* from you$/).waitFor();
  await bubble(amina, "Tea, please").hover();
  await bubble(amina, "Tea, please").getByRole("button", { name: "What to do with this message" }).click();
  const dialog = amina.page.getByRole("dialog");
  await dialog.getByRole("button", { name: "More emoji" }).click();
  await dialog.getByRole("button", { name: "People", exact: true }).click();
  await dialog.getByRole("button", { name: "waving hand", exact: true }).waitFor();
  expect(await findBarriers(amina.page)).toEqual([]);
  await dialog.getByLabel("Find an emoji").fill("teap");
  await dialog.getByRole("button", { name: "teapot", exact: true }).click();
  await reaction(darius, /🫖.* from amina/).waitFor();
});

test("one writes an emoji in one's tone of skin, and finds it again after a reload, without a network too", async () => {
  const { page } = darius;
  const box = page.getByRole("textbox", { name: "Message to amina" });
  await box.fill("hello there");
  await box.press("Home");
  for (const _ of "hello") await box.press("ArrowRight");
  await page.getByRole("button", { name: "Emoji", exact: true }).click();
  const dialog = page.getByRole("dialog");

  await dialog.getByRole("button", { name: "Medium dark", exact: true }).click();
  await dialog.getByLabel("Find an emoji").fill("waving hand");
  await dialog.getByRole("button", { name: "waving hand", exact: true }).press("Enter");
  await dialog.waitFor({ state: "detached" });
  expect(await box.inputValue()).toBe("hello👋🏾 there");
  await page.waitForFunction(() => document.activeElement?.classList.contains("composer-box"));
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.context().setOffline(true);
  await page.reload();
  await page.getByRole("button", { name: "Emoji", exact: true }).click();
  await dialog.getByRole("button", { name: "Used last", pressed: true }).waitFor();
  expect(await dialog.getByRole("button", { name: "waving hand", exact: true }).textContent()).toBe("👋🏾");
  await dialog.getByLabel("Find an emoji").fill("teap");
  await dialog.getByRole("button", { name: "teapot", exact: true }).waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await page.context().setOffline(false);
  await box.fill("");
});

test("one changes what one said last with the arrow key, and what it said stays to be seen", async () => {
  const box = amina.page.getByRole("textbox", { name: "Message to darius" });
  await box.press("ArrowUp");
  await amina.page.getByText("Changing your message").waitFor();
  expect(await box.inputValue()).toBe("Tea or coffee?");
  await box.press("Escape");
  expect(await box.inputValue()).toBe("");
  await box.press("ArrowUp");
  await box.fill("Tea or water?");
  await box.press("Enter");
  await bubble(darius, "Tea or water?").getByText("changed").waitFor();
  expect(await box.inputValue()).toBe("");
  await bubble(darius, "Tea or water?").hover();
  await bubble(darius, "Tea or water?").getByRole("button", { name: "What to do with this message" }).click();
  await darius.page.getByRole("dialog").getByText("Tea or coffee?").waitFor();
  await darius.page.keyboard.press("Escape");
});

test("one forwards to one's notes, and deletes for oneself and for everybody", async () => {
  const { page } = darius;
  await page.getByRole("button", { name: "New conversation" }).first().click();
  await page.getByRole("button", { name: /Notes to yourself|Write to yourself/ }).click();
  await page.getByRole("textbox", { name: /^Message/ }).fill("to remember");
  await page.keyboard.press("Enter");
  await page.locator(".row", { hasText: "amina" }).click();
  await chooseFor(darius, "Tea or water?", "Forward");
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /Notes to yourself/ })
    .click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await chooseFor(darius, "Tea or water?", "Delete on this device");
  await page.getByRole("dialog").getByRole("button", { name: "Delete on this device" }).click();
  await page.locator(".bubble-words", { hasText: "Tea or water?" }).waitFor({ state: "detached" });
  await page.locator(".row", { hasText: "Notes to yourself" }).click();
  await bubble(darius, "Tea or water?").getByText("Forwarded").waitFor();
  await page.locator(".row", { hasText: "amina" }).click();
  await chooseFor(darius, "Tea, please", "Delete for everybody");
  await page.getByRole("dialog").getByRole("button", { name: "Delete for everybody" }).click();
  await bubble(amina, "This message was deleted").waitFor();
  await amina.page.reload();
  await bubble(amina, "This message was deleted").waitFor();
  expect(await amina.countOf("Tea, please")).toBe(0);
  expect(await findBarriers(amina.page)).toEqual([]);
  expect([...amina.problems, ...darius.problems]).toEqual([]);
});
