import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser } from "playwright-core";
import { findBarriers } from "../../web/testing/browser-story.ts";
import { openBrowser } from "../../web/testing/open-browser.ts";
import { type Executable, startExecutable } from "../testing/executable.ts";
import { openProfile, type Profile } from "./profile.ts";

setDefaultTimeout(90_000);

/* What people do in a group day by day, in the compiled executable and two browser profiles, told in order. */

const PASSWORD = "saffron kettle morning";
const GROUP = "Garden on Sunday";

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

const composer = ({ page }: Profile) => page.getByRole("textbox", { name: `Message to ${GROUP}` });
const bubble = ({ page }: Profile, text: string) => page.locator(".message", { hasText: text }).last();

test("two people found a group", async () => {
  const { page } = amina;
  await page.goto(await executable.setupLink());
  await amina.fillAccount("amina", PASSWORD, "Create and open");
  await darius.enter(await amina.makeInvite(), "darius", PASSWORD);
  await page.goto(`${executable.origin}/chat`);
  await page.getByRole("button", { name: "New conversation" }).first().click();
  await page.getByRole("button", { name: /New group/ }).click();
  await page.getByLabel("Name of the group").fill(GROUP);
  await page.getByLabel("Add somebody by username").fill("darius");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Leave darius out" }).waitFor();
  await page.getByRole("button", { name: "Create group" }).click();
  await composer(amina).waitFor();
});

test("one calls the other by name, who sees it in the list and in its place", async () => {
  await composer(amina).pressSequentially("@da");
  await amina.page.getByRole("option", { name: /@darius/ }).waitFor();
  await amina.page.keyboard.press("Enter");
  await composer(amina).pressSequentially("bring **the ladder**");
  await amina.page.keyboard.press("Enter");
  const row = darius.page.locator(".row", { hasText: GROUP });
  await row.getByText("You are mentioned").waitFor();
  await row.click();
  await darius.page.locator(".mention-me", { hasText: "@darius" }).waitFor();
  expect(await bubble(darius, "bring").locator("strong").textContent()).toBe("the ladder");
  expect(await findBarriers(darius.page)).toEqual([]);
});

test("the one who wrote sees by whom it was read", async () => {
  await amina.seesMark("the ladder", "Read");
  await bubble(amina, "the ladder").hover();
  await bubble(amina, "the ladder").getByRole("button", { name: "What to do with this message" }).click();
  await amina.page.getByRole("dialog").getByText("Read by darius").waitFor();
  await amina.page.keyboard.press("Escape");
});

test("what is pinned stands over it for both, and leads there", async () => {
  await bubble(amina, "the ladder").hover();
  await bubble(amina, "the ladder").getByRole("button", { name: "What to do with this message" }).click();
  await amina.page.getByRole("dialog").getByRole("button", { name: "Pin for everybody" }).click();
  for (const { page } of [amina, darius]) {
    await page.getByRole("button", { name: /^Pinned.*the ladder/ }).click();
    await page.locator(".message-found", { hasText: "the ladder" }).waitFor();
  }
});

test("what was said is found again in Persian and in Chinese, as one types, by whoever came to read it", async () => {
  await amina.type(GROUP, "كِتاب روی میز آشپزخانه است");
  await amina.type(GROUP, "梯子在花园的小屋里");
  await darius.sees("梯子在花园的小屋里");
  const { page } = darius;
  await page.getByRole("button", { name: "Back" }).first().click();
  await page.getByRole("button", { name: "Search" }).click();
  const hits = page.locator(".search .row");
  for (const [typed, found] of [
    ["کتاب روی", "كِتاب روی میز آشپزخانه است"],
    ["花园", "梯子在花园的小屋里"],
  ] as const) {
    await page.getByRole("searchbox").fill(typed);
    await hits.filter({ hasText: found }).waitFor();
    expect(await hits.count()).toBe(1);
  }
  expect(await findBarriers(page)).toEqual([]);
  await hits.click();
  await page.locator(".message-found", { hasText: "梯子在花园的小屋里" }).waitFor();
});

test("one asks with a poll, the other votes, and both see by whom until it is closed", async () => {
  const { page } = amina;
  await page.getByRole("button", { name: "Attach" }).click();
  await page.getByRole("button", { name: "Poll", exact: true }).click();
  await page.getByLabel("Question").fill("When do we meet?");
  await page.getByLabel("Answer 1", { exact: true }).fill("At nine");
  await page.getByLabel("Answer 2", { exact: true }).fill("At ten");
  await page.getByRole("button", { name: "Ask", exact: true }).click();
  await bubble(darius, "When do we meet?")
    .getByRole("radio", { name: /^At ten/ })
    .check();
  await bubble(amina, "When do we meet?").getByRole("button", { name: "See votes" }).click();
  await page.getByRole("dialog").getByRole("listitem").getByText("darius").waitFor();
  await page.keyboard.press("Escape");
  await bubble(amina, "When do we meet?").hover();
  await bubble(amina, "When do we meet?")
    .getByRole("button", { name: "What to do with this message" })
    .click();
  await page.getByRole("button", { name: "Close the poll" }).click();
  await page
    .getByRole("dialog", { name: "Close the poll?" })
    .getByRole("button", { name: "Close" })
    .last()
    .click();
  await bubble(darius, "When do we meet?").getByText("Closed by amina").waitFor();
});

test("what is to go later waits here until it is sent", async () => {
  await composer(amina).fill("happy birthday");
  await amina.page.getByRole("button", { name: "Send later" }).click();
  await amina.page.getByLabel("Another time").fill("2089-03-21T09:30");
  await amina.page.getByRole("button", { name: "Send then" }).click();
  await amina.page.getByText(/^Goes out .*2089/).waitFor();
  await amina.page.reload();
  await amina.page.getByText(/^Goes out .*2089/).waitFor();
  expect(await darius.countOf("happy birthday")).toBe(0);
  await amina.page.getByRole("button", { name: "Send now" }).click();
  await darius.sees("happy birthday");
  expect(await darius.countOf("happy birthday")).toBe(1);
});

test("messages are made to disappear, which both are told", async () => {
  await amina.page.locator(".head-person").click();
  await amina.page.getByLabel("Disappearing messages").selectOption({ label: "1 hour" });
  await darius.page.getByText("amina set messages to disappear after 1 hour").waitFor();
  await amina.page.getByText("You set messages to disappear after 1 hour").first().waitFor();
  await composer(darius).fill("until tonight");
  await darius.page.getByRole("button", { name: "Send", exact: true }).click();
  for (const who of [amina, darius])
    await bubble(who, "until tonight")
      .getByRole("img", { name: /^Disappears/ })
      .waitFor();
  expect(await findBarriers(darius.page)).toEqual([]);
});

test("a group is put into a folder, which stays over a restart", async () => {
  await amina.page.getByLabel("New folder").fill("Home");
  await amina.page.getByRole("button", { name: "Put in" }).click();
  await amina.page.getByRole("navigation").getByRole("button", { name: "Home" }).waitFor();
  await amina.page.reload();
  await amina.page.getByRole("navigation").getByRole("button", { name: "Home" }).click();
  await amina.page.locator(".list .row", { hasText: GROUP }).waitFor();
});

test("no page had a script error or broke its content security policy", () => {
  expect([...amina.problems, ...darius.problems]).toEqual([]);
});
