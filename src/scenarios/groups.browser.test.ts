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

const change = ({ page }: Profile, sentence: string) =>
  page.locator(".change-line", { hasText: sentence }).waitFor();

test("three people come", async () => {
  await amina.page.goto(await executable.setupLink());
  await amina.fillAccount("amina", PASSWORD, "Create and open");
  await darius.enter(await amina.makeInvite(), "darius", PASSWORD);
  await leyla.enter(await amina.makeInvite(), "leyla", PASSWORD);
});

test("a group is founded with the people its founder names", async () => {
  const { page } = amina;
  await page.goto(`${executable.origin}/chat`);
  await page.getByRole("button", { name: "New conversation" }).first().click();
  await page.getByRole("button", { name: /New group/ }).click();
  await page.getByRole("button", { name: "Create group" }).click();
  await page.getByRole("alert").filter({ hasText: "Give the group a name" }).waitFor();
  await page.getByLabel("Name of the group").fill(GROUP);
  for (const name of ["nobody", "darius"]) {
    await page.getByLabel("Add somebody by username").fill(name);
    await page.keyboard.press("Enter");
    if (name === "nobody") await page.getByText("Nobody on this server has the name").waitFor();
  }
  await page.getByRole("button", { name: "Leave darius out" }).waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole("button", { name: "Create group" }).click();
  await page.getByRole("heading", { name: GROUP, level: 1 }).waitFor();
  await page.getByText("2 members").first().waitFor();
});

test("its people read each other, and see who wrote what", async () => {
  await amina.type(GROUP, "Who brings the ladder?");
  await darius.page.locator(".row", { hasText: GROUP }).click();
  await darius.sees("Who brings the ladder?");
  await darius.page.locator(".bubble-name", { hasText: "amina" }).waitFor();
  await darius.page.getByRole("textbox", { name: `Message to ${GROUP}` }).fill("I do.");
  await darius.page.getByRole("button", { name: "Send", exact: true }).click();
  await amina.sees("I do.");
  await amina.page.locator(".bubble-name", { hasText: "darius" }).waitFor();
  await amina.seesMark("Who brings the ladder?", "Read");
});

test("somebody is added later, and reads what is written from then on", async () => {
  const { page } = amina;
  await page.locator(".head-person").click();
  await page.getByRole("button", { name: "Add people" }).click();
  await page.getByLabel("Add somebody by username").fill("leyla");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Leave leyla out" }).waitFor();
  await page.getByRole("button", { name: "Add to the group" }).click();
  await page.getByRole("heading", { name: "3 members" }).waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await change(amina, "You added leyla");
  await change(darius, "amina added leyla");
  await leyla.page.locator(".row", { hasText: GROUP }).click();
  await leyla.type(GROUP, "Hello everybody");
  await darius.sees("Hello everybody");
  expect(await leyla.countOf("Who brings the ladder?")).toBe(0);
});

test("the group gets a picture, which its people see", async () => {
  const { page } = amina;
  await page.getByRole("button", { name: "Name and description" }).click();
  const drawn = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(400, 300);
    const context = canvas.getContext("2d");
    if (!context) throw new Error("no canvas");
    context.fillStyle = "seagreen";
    context.fillRect(0, 0, 400, 300);
    return [...new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())];
  });
  await page
    .getByRole("dialog")
    .locator("input[type=file]")
    .setInputFiles({ name: "garden.png", mimeType: "image/png", buffer: Buffer.from(drawn) });
  await page.getByRole("img", { name: /^What is shown of your picture/ }).waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole("button", { name: "Keep", exact: true }).click();
  await change(darius, "amina changed the picture");
  for (const one of [amina, darius, leyla])
    await one.page.locator("header .avatar-picture").first().waitFor();
  expect(
    await darius.page
      .locator("header .avatar-picture")
      .evaluate((image: HTMLImageElement) => image.naturalWidth),
  ).toBe(320);
});

test("ranks are given, and whoever has one may use it", async () => {
  await amina.page.getByRole("button", { name: "What to do about leyla" }).click();
  await amina.page.getByRole("button", { name: "Make an admin" }).click();
  await change(darius, "amina made leyla an admin");
  const { page } = leyla;
  await page.locator(".head-person").click();
  await page.getByRole("button", { name: "Name and description" }).click();
  await page.getByRole("textbox", { name: "Description" }).fill("Pruning and planting.");
  await page.getByRole("button", { name: "Keep", exact: true }).click();
  await change(darius, "leyla changed the description");
  const menu = page.getByRole("dialog");
  await page.getByRole("button", { name: "What to do about amina" }).click();
  await menu.getByRole("button", { name: "Block amina" }).waitFor();
  expect(await menu.getByRole("button", { name: /Make|Hand|Remove/ }).count()).toBe(0);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "What to do about darius" }).click();
  await page.getByRole("button", { name: "Remove from the group" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove from the group" }).click();
  await page.getByRole("heading", { name: "2 members" }).waitFor();
});

test("whoever was removed is told so, keeps what they read, and reads nothing more", async () => {
  const { page } = darius;
  await page.getByText("You are no longer in this group").first().waitFor();
  await change(darius, "leyla removed you");
  expect(await page.getByRole("textbox").count()).toBe(0);
  expect(await findBarriers(page)).toEqual([]);
  await amina.type(GROUP, "Now we are two");
  await leyla.sees("Now we are two");
  await page.reload();
  await darius.sees("Hello everybody");
  expect(await darius.countOf("Now we are two")).toBe(0);
});

test("whoever the group is handed to owns it, and its owner so far is an admin", async () => {
  const { page } = amina;
  const about = page.getByRole("button", { name: "What to do about leyla" });
  const handOver = page.getByRole("dialog").getByRole("button", { name: "Hand the group over" });
  await page.getByText("Hand it over to somebody else before you leave").waitFor();
  await about.click();
  await handOver.click();
  await page.getByRole("dialog", { name: "Hand the group over to leyla?" }).waitFor();
  await page.getByText("you become an admin").waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await handOver.click();
  await change(leyla, "amina handed the group over to you");
  await change(amina, "You handed the group over to leyla");
  const rank = (one: Profile, name: string) =>
    one.page.locator(".member", { hasText: name }).locator(".member-rank").textContent();
  for (const one of [amina, leyla])
    expect([await rank(one, "leyla"), await rank(one, "amina")]).toEqual(["Owner", "Administrator"]);
  await leyla.page.getByRole("button", { name: "Delete the group" }).waitFor();
  expect(await page.getByRole("button", { name: "Delete the group" }).count()).toBe(0);
  await about.click();
  await page.getByRole("dialog").getByRole("button", { name: "Block leyla" }).waitFor();
  expect(
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /Make|Hand|Remove/ })
      .count(),
  ).toBe(0);
  await page.keyboard.press("Escape");
  await leyla.page.getByRole("button", { name: "What to do about amina" }).click();
  await leyla.page.getByRole("button", { name: "Make a plain member" }).click();
  await change(amina, "leyla made you a plain member");
});

test("whoever owned it before may leave, and the others see it", async () => {
  const { page } = amina;
  await page.getByRole("button", { name: "Leave the group" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Leave the group" }).click();
  await page.getByText("You left the group").first().waitFor();
  await change(leyla, "amina left");
  await leyla.page.getByText("1 member").first().waitFor();
  expect([...amina.problems, ...darius.problems, ...leyla.problems]).toEqual([]);
});
