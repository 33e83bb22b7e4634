import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strFromU8, unzipSync } from "fflate";
import type { Browser, Page } from "playwright-core";
import { findBarriers } from "../../web/testing/browser-story.ts";
import { openBrowser } from "../../web/testing/open-browser.ts";
import { takePhoto } from "../../web/testing/take-photo.ts";
import { type Executable, startExecutable } from "../testing/executable.ts";
import { openProfile, type Profile } from "./profile.ts";

setDefaultTimeout(90_000);

/* One story in the compiled executable and two browser profiles, told in order. */

const PASSWORD = "saffron kettle morning";
const WORDS = "Grandmother's rice wants forty minutes and no stirring. ";
const BOOK = Buffer.from(WORDS.repeat(700_000));
const PLACE = "Isfahan, 32.6546 N";

let executable: Executable;
let browser: Browser;
let amina: Profile;
let babak: Profile;
let photo: Buffer;
/* On the disk, as a person's are: what is handed over otherwise goes through the driver. */
const shelf = mkdtempSync(join(tmpdir(), "elahe-book-"));
const book = join(shelf, "all-her-recipes.txt");

beforeAll(async () => {
  writeFileSync(book, BOOK);
  executable = await startExecutable({ LOG_LEVEL: "debug" });
  browser = await openBrowser();
  amina = await openProfile(browser);
  babak = await openProfile(browser, { screen: "phone", language: "fa" });
});
afterAll(async () => {
  await browser.close();
  await executable.remove();
  rmSync(shelf, { recursive: true });
});

const composer = (page: Page) => page.locator(".composer-box");
const hash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** As the person chooses it in the menu: photos are drawn anew, files go as they are. */
async function choose(
  page: Page,
  as: "photo" | "file",
  file: string | { name: string; mimeType: string; buffer: Buffer },
) {
  await page
    .locator(`.attach input[type=file]`)
    .nth(as === "photo" ? 0 : 1)
    .setInputFiles(file);
}

/** How much of unfinished uploads lies on the server. */
function gathered(): number {
  const folder = join(executable.folder, "files", "gathering");
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

/** What the page shows of it, byte for byte: its own policy forbids it to fetch such addresses. */
async function bytesAt(page: Page, address: string | null): Promise<Buffer> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.evaluate((href) => {
      const link = document.createElement("a");
      [link.href, link.download] = [href ?? "", "shown"];
      link.click();
    }, address),
  ]);
  return readFileSync(await download.path());
}

test("two people meet", async () => {
  await amina.page.goto(await executable.setupLink());
  await amina.fillAccount("amina", PASSWORD, "Create and open");
  photo = await takePhoto(amina.page, PLACE);
  expect(photo.includes(PLACE)).toBe(true);
  await babak.page.goto(await amina.makeInvite());
  await babak.page.locator("input[autocomplete=username]").fill("babak");
  await babak.page.locator("input[type=password]").first().fill(PASSWORD);
  await babak.page.locator("button[type=submit]").click();
  await babak.page.waitForURL(/\/(chat|to\/)/);
  await babak.page.getByText("پیوندی را که باز کردید").waitFor();
  await babak.page.goto(`${executable.origin}/chat`);
  await babak.page.getByText("هنوز گفت‌وگویی نیست").waitFor();
  await amina.page.goto(`${executable.origin}/chat`);
  await amina.writeTo("babak");
  await amina.type("babak", "I have something for you");
  await babak.page.locator(".list a").first().click();
  await babak.page.locator(".composer-do button").first().click();
  await babak.sees("I have something for you");
});

test("a photo goes without the place it was taken at, and without making the page jump", async () => {
  await choose(amina.page, "photo", { name: "garden-party.jpg", mimeType: "image/jpeg", buffer: photo });
  await amina.page.locator(".chip-done, .chip-uploading").waitFor();
  await composer(amina.page).fill("the garden");
  await amina.page.keyboard.press("Enter");
  const bubble = babak.page.locator(".message", { hasText: "the garden" });
  await bubble.waitFor();
  const before = await bubble.locator(".attachment").boundingBox();
  const picture = bubble.locator("img");
  await picture.waitFor();
  expect(await bubble.locator(".attachment").boundingBox()).toEqual(before);
  expect((before?.width ?? 0) / (before?.height ?? 1)).toBeCloseTo(640 / 480, 1);
  const seen = await bytesAt(babak.page, await picture.getAttribute("src"));
  expect(seen.subarray(0, 2).toString("hex")).toBe("ffd8");
  expect(seen.includes(PLACE)).toBe(false);
  expect(
    await picture.evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight]),
  ).toEqual([640, 480]);
  expect(await babak.page.locator(".message canvas").count()).toBe(1);
});

test("a large file survives the network going away and the page being closed, byte for byte", async () => {
  const { page } = amina;
  await choose(page, "file", book);
  await page.locator(".chip-uploading").waitFor();
  while (gathered() === 0) await page.waitForTimeout(10);
  await amina.context.setOffline(true);
  await composer(page).fill("her book");
  await page.keyboard.press("Enter");
  await amina.seesMark("her book", "Waiting to be sent");
  await page.waitForTimeout(1_000);
  const arrived = gathered();
  expect(arrived).toBeGreaterThan(0);
  expect(arrived).toBeLessThan(BOOK.length);
  await amina.context.setOffline(false);
  await page.reload();
  await amina.type("babak", "words do not wait for it");
  await babak.sees("her book");
  const bubble = babak.page.locator(".message", { hasText: "her book" });
  const [download] = await Promise.all([
    babak.page.waitForEvent("download"),
    bubble.locator(".file > .icon-button").click(),
  ]);
  expect(download.suggestedFilename()).toBe("all-her-recipes.txt");
  expect(hash(readFileSync(await download.path()))).toBe(hash(BOOK));
});

test("what goes out can be paused, gone on with and taken back, and its words come back into the box", async () => {
  const { page } = amina;
  await choose(page, "file", book);
  await page.locator(".chip-uploading").waitFor();
  await page.getByRole("button", { name: "Pause all-her-recipes.txt" }).click();
  await page.getByRole("button", { name: "Continue all-her-recipes.txt" }).waitFor();
  await composer(page).fill("her book again");
  await page.keyboard.press("Enter");
  const bubble = page.locator(".message", { hasText: "her book again" });
  const press = (name: string) => bubble.getByRole("button", { name: `${name} all-her-recipes.txt` }).click();
  await press("Continue");
  await bubble.getByRole("button", { name: "Pause all-her-recipes.txt" }).waitFor();
  await until(async () => gathered() > 0);
  await press("Pause");
  await bubble.getByRole("button", { name: "Continue all-her-recipes.txt" }).waitFor();
  expect(await findBarriers(page)).toEqual([]);
  const arrived = gathered();
  expect(arrived).toBeLessThan(BOOK.length);
  await press("Continue");
  await until(async () => gathered() > arrived);
  await press("Pause");
  await press("Take back");
  await bubble.waitFor({ state: "detached" });
  expect(await composer(page).inputValue()).toBe("her book again");
  await until(async () => gathered() === 0);
  await composer(page).fill("");
});

test("a download says how far it is, can be stopped, and then fetched again", async () => {
  const { page } = babak;
  let release = () => {};
  // What is still at hand would not be fetched again.
  await page.reload();
  await page.context().route(/\/content\?/, async (route) => {
    await new Promise<void>((resolve) => {
      release = resolve;
    });
    await route.continue().catch(() => undefined);
  });
  const bubble = page.locator(".message", { hasText: "her book" });
  await bubble.locator(".file > .icon-button").click();
  await bubble.locator("progress").waitFor();
  expect(await widerThanScreen(page)).toEqual([]);
  expect(await findBarriers(page)).toEqual([]);
  await bubble.getByRole("button", { name: "توقف دریافت" }).click();
  await bubble.locator("progress").waitFor({ state: "detached" });
  expect(await bubble.getByRole("alert").count()).toBe(0);
  release();
  await page.context().unroute(/\/content\?/);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    bubble.locator(".file > .icon-button").click(),
  ]);
  expect(hash(readFileSync(await download.path()))).toBe(hash(BOOK));
});

test("a photo opens over everything, comes closer, and leads to the next, by keyboard alone", async () => {
  const { page } = amina;
  await choose(page, "photo", { name: "second.jpg", mimeType: "image/jpeg", buffer: photo });
  await page.locator(".chip-done, .chip-uploading").waitFor();
  await composer(page).focus();
  await page.keyboard.press("Enter");
  const pictures = page.locator(".picture-open:has(img)");
  await pictures.nth(1).waitFor();
  await pictures.nth(1).focus();
  await page.keyboard.press("Enter");
  const gallery = page.getByRole("dialog", { name: "Photo 2 of 2" });
  await gallery.locator("img").waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await page.keyboard.press("ArrowLeft");
  await page.getByRole("dialog", { name: "Photo 1 of 2" }).waitFor();
  await page.getByRole("button", { name: "Zoom in" }).click();
  await page.locator(".gallery-near").waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".gallery").waitFor({ state: "detached" });
  expect(await composer(page).isVisible()).toBe(true);
  expect(await findBarriers(page)).toEqual([]);
});

test("on a phone in Persian it looks the same way round, and no barrier stands in it", async () => {
  await babak.page.locator(".picture-open:has(img)").nth(1).waitFor();
  expect(await widerThanScreen(babak.page)).toEqual([]);
  expect(await findBarriers(babak.page)).toEqual([]);
});

test("pasted and dropped pictures stand beside the words, and can be taken away again", async () => {
  const { page } = amina;
  await page.evaluate((base64) => {
    const bytes = (Uint8Array as unknown as { fromBase64(text: string): Uint8Array<ArrayBuffer> }).fromBase64(
      base64,
    );
    const carry = () => {
      const carried = new DataTransfer();
      carried.items.add(new File([bytes], "carried.jpg", { type: "image/jpeg" }));
      return carried;
    };
    const how = { bubbles: true, cancelable: true };
    const paste = new ClipboardEvent("paste", { clipboardData: carry(), ...how });
    document.querySelector(".composer-box")?.dispatchEvent(paste);
    const drop = new DragEvent("drop", { dataTransfer: carry(), ...how });
    document.querySelector(".timeline")?.dispatchEvent(drop);
  }, photo.toString("base64"));
  await page.locator(".chip").nth(1).waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole("button", { name: "Remove carried.jpg" }).first().click();
  await page.locator(".chip").nth(1).waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Remove carried.jpg" }).click();
  await page.locator(".chip").waitFor({ state: "detached" });
});

test("a note is spoken, drawn, heard at the other side, and leaves the microphone alone", async () => {
  const { page } = amina;
  await page.getByRole("button", { name: "Record a voice note" }).click();
  await page.getByRole("timer", { name: "Recording" }).waitFor();
  await page.waitForTimeout(2_000);
  await page.getByRole("button", { name: "Done" }).click();
  await page.locator(".chip-done, .chip-uploading").waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole("button", { name: "Send", exact: true }).click();
  const note = babak.page.locator(".voice");
  await note.locator("rect").nth(40).waitFor();
  const heights = await note
    .locator("rect")
    .evaluateAll((bars) => bars.map((bar) => bar.getAttribute("height")));
  expect(new Set(heights).size).toBeGreaterThan(1);
  await note.getByRole("button").click();
  const player = note.locator("audio");
  await until(() => player.evaluate((audio: HTMLAudioElement) => audio.currentTime > 0.3));
  await player.evaluate((audio: HTMLAudioElement) => audio.pause());
  await note.getByRole("slider").fill("1");
  expect(await player.evaluate((audio: HTMLAudioElement) => audio.currentTime)).toBeCloseTo(1, 0);
  expect(await findBarriers(babak.page)).toEqual([]);
});

test("everything is exported, with the files as they were", async () => {
  const { page } = amina;
  await page.goto(`${executable.origin}/chat/settings`);
  await page.getByRole("button", { name: "Export everything" }).click();
  await page.getByRole("button", { name: "Make the file" }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Save the file" }).click(),
  ]);
  const entries = unzipSync(readFileSync(await download.path()));
  const kept = entries["babak/files/all-her-recipes.txt"];
  expect(kept && hash(Buffer.from(kept))).toBe(hash(BOOK));
  expect(Object.keys(entries)).toContain("babak/files/garden-party.jpg");
  const data = JSON.parse(strFromU8(entries["babak/messages.json"] ?? new Uint8Array()));
  const told = data.messages.find(({ text }: { text?: string }) => text === "her book");
  expect(told.files).toMatchObject([{ name: "all-her-recipes.txt", path: "files/all-her-recipes.txt" }]);
  const html = strFromU8(entries["babak/index.html"] ?? new Uint8Array());
  expect(html).toContain('src="files/garden-party.jpg"');
  expect(html).toContain("words do not wait for it");
});

test("the server holds neither the files, nor their names, nor where they were taken", async () => {
  await executable.stop();
  const files = everyFile(executable.folder);
  expect(files.filter((file) => file.includes("/files/")).length).toBeGreaterThanOrEqual(3);
  const kept = files.map((file) => readFileSync(file));
  kept.push(Buffer.from(executable.printed()));
  /* None so short that tens of megabytes of ciphertext hold it by chance. */
  const telling = [WORDS.slice(0, 30), "garden-party", "all-her-recipes", PLACE, "image/jpeg"];
  for (const text of telling)
    expect([text, kept.some((bytes) => bytes.includes(text))]).toEqual([text, false]);
});

test("no page had a script error or broke its content security policy", () => {
  const expected = /Failed to fetch|WebSocket connection|net::ERR/;
  expect([...amina.problems, ...babak.problems].filter((problem) => !expected.test(problem))).toEqual([]);
});

/** What sticks out of the screen and makes it move sideways. */
function widerThanScreen(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    if (document.documentElement.scrollWidth <= innerWidth) return [];
    const all = [...document.querySelectorAll("body *")];
    return all
      .filter(
        (element) =>
          element.getBoundingClientRect().left < 0 || element.getBoundingClientRect().right > innerWidth,
      )
      .map((element) => `${element.tagName}.${element.getAttribute("class")}`);
  });
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 10_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error("it never happened");
    await Bun.sleep(50);
  }
}

function everyFile(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
