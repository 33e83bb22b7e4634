import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
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
  amina = await openProfile(browser);
  darius = await openProfile(browser, { screen: "phone" });
});
afterAll(async () => {
  await browser.close();
  await executable.remove();
});

/** Red on its left half, blue on its right. */
async function twoColours(page: Page): Promise<Buffer> {
  const drawn = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(800, 400);
    const context = canvas.getContext("2d");
    if (!context) throw new Error("no canvas");
    for (const [colour, left] of [
      ["red", 0],
      ["blue", 400],
    ] as const) {
      context.fillStyle = colour;
      context.fillRect(left, 0, 400, 400);
    }
    const file = await canvas.convertToBlob({ type: "image/png" });
    return (new Uint8Array(await file.arrayBuffer()) as unknown as { toBase64(): string }).toBase64();
  });
  return Buffer.from(drawn, "base64");
}

/** How red and how blue the shown picture is at its middle. */
function middleOf(page: Page): Promise<readonly [number, number]> {
  return page
    .locator(".avatar-picture")
    .first()
    .evaluate(async (picture: HTMLImageElement) => {
      await picture.decode();
      const context = new OffscreenCanvas(1, 1).getContext("2d");
      context?.drawImage(picture, picture.naturalWidth / 2, picture.naturalHeight / 2, 1, 1, 0, 0, 1, 1);
      const [red = 0, , blue = 0] = context?.getImageData(0, 0, 1, 1).data ?? [];
      return [red, blue] as const;
    });
}

test("two people meet", async () => {
  await amina.page.goto(await executable.setupLink());
  await amina.fillAccount("amina", PASSWORD, "Create and open");
  await darius.enter(await amina.makeInvite(), "darius", PASSWORD);
});

test("a name and a picture are chosen, cut with the keyboard, and kept", async () => {
  const { page } = amina;
  await page.getByRole("button", { name: "Edit profile" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Amina Karimi");
  await page.getByLabel("About you").fill("Rice, mostly.");
  await page
    .locator("input[type=file]")
    .setInputFiles({ name: "me.png", mimeType: "image/png", buffer: await twoColours(page) });
  const crop = page.getByRole("img", { name: /What is shown of your picture/ });
  await crop.focus();
  for (let step = 0; step < 20; step += 1) await page.keyboard.press("ArrowRight");
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole("button", { name: "Keep", exact: true }).click();
  await page.locator(".settings-name", { hasText: "Amina Karimi" }).waitFor();
  const [red, blue] = await middleOf(page);
  expect([red < 60, blue > 190]).toEqual([true, true]);
  await page.reload();
  await page.locator(".settings-name", { hasText: "Amina Karimi" }).waitFor();
  expect(await findBarriers(page)).toEqual([]);
});

test("they are seen by whoever is written to, and the username stays in sight", async () => {
  await amina.page.goto(`${executable.origin}/chat`);
  await amina.writeTo("darius");
  await amina.type("darius", "here I am");
  const { page } = darius;
  await page.locator(".row", { hasText: "amina" }).click();
  await page.getByText("amina wants to write to you").waitFor();
  expect(await page.locator(".avatar-picture").count()).toBe(0);
  await page.getByRole("button", { name: "Accept" }).click();
  await page.getByRole("heading", { name: "Amina Karimi", level: 1 }).waitFor();
  const [red, blue] = await middleOf(page);
  expect([red < 60, blue > 190]).toEqual([true, true]);
  await page.locator(".head-person").click();
  await page.getByText("Rice, mostly.").waitFor();
  await page.locator(".details-username", { hasText: "amina" }).waitFor();
  expect(await findBarriers(page)).toEqual([]);
  expect([...amina.problems, ...darius.problems]).toEqual([]);
});
