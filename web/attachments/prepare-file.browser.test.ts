import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { thumbHashToAverageRGBA } from "thumbhash";
import { findBarriers, PATIENCE, tellInBrowser, type WithFixture } from "../testing/browser-story.ts";
import { takePhoto } from "../testing/take-photo.ts";
import { CONVERSATION } from "../testing/test-ids.ts";

const story = tellInBrowser();
const darius = `/chat/${CONVERSATION.darius}`;
const PLACE = "Isfahan, 32.6546 N";

/** Into the menu's input: photos are drawn anew, files go as they are. */
async function choose(page: Page, as: "photo" | "file", bytes: Buffer, name: string, type: string) {
  const input = page.locator(".attach input[type=file]").nth(as === "photo" ? 0 : 1);
  await input.evaluate(
    (element: HTMLInputElement, [text, called, kind]: readonly [string, string, string]) => {
      const carried = new DataTransfer();
      const content = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
      carried.items.add(new File([content], called, { type: kind }));
      element.files = carried.files;
      element.dispatchEvent(new Event("change", { bubbles: true }));
    },
    [bytes.toString("base64"), name, type] as const,
  );
}

/** What the page has asked to be sent, the only file or the last. */
async function sent(page: Page) {
  const found = await page.waitForFunction(() => {
    const { asked } = (globalThis as unknown as WithFixture).fixture;
    return asked.findLast((command) => command.kind === "attach");
  });
  const [about, text] = await found.evaluate(async (command) => {
    if (command?.kind !== "attach") throw new Error("nothing was sent");
    const bytes = new Uint8Array(await command.file.arrayBuffer());
    return [command.about, btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))] as const;
  });
  return { about, bytes: Buffer.from(text, "base64") };
}

test.each([
  ["no type and no ending", "IMG_0042", ""],
  ["the type of something else", "notes.txt", "text/plain"],
  ["a type that says nothing", "IMG_0042.JPG", "application/octet-stream"],
  ["the type of a picture that moves", "party.gif", "image/gif"],
])(
  "a photo with %s still goes without the place it was taken at",
  (_, name, type) =>
    story(darius, {}, async ({ page }) => {
      const photo = await takePhoto(page, PLACE);
      expect(photo.includes(PLACE)).toBe(true);
      await choose(page, "photo", photo, name, type);
      const { about, bytes } = await sent(page);
      expect(about).toMatchObject({ type: "image/jpeg", dimensions: { width: 640, height: 480 } });
      expect(about.name).toEndWith(".jpg");
      expect(bytes.subarray(0, 3).toString("hex")).toBe("ffd8ff");
      expect(bytes.includes(PLACE)).toBe(false);
    })(),
  PATIENCE,
);

test(
  "what is chosen as a file goes as it is, with all that it tells",
  story(darius, {}, async ({ page }) => {
    const photo = await takePhoto(page, PLACE);
    await choose(page, "file", photo, "garden.jpg", "image/jpeg");
    const { about, bytes } = await sent(page);
    expect(about).toMatchObject({ name: "garden.jpg", type: "image/jpeg" });
    expect(bytes.equals(photo)).toBe(true);
  }),
  PATIENCE,
);

const UNDRAWN = {
  "a HEIC": Buffer.concat([Buffer.from("00000018667479706865696300000000", "hex"), Buffer.from(PLACE)]),
  "a TIFF or DNG": Buffer.concat([Buffer.from("49492a0008000000", "hex"), Buffer.from(PLACE)]),
};

test.each(Object.entries(UNDRAWN))(
  "%s that the browser cannot draw goes with its place only when the person says so",
  (_, picture) =>
    story(darius, {}, async ({ page }) => {
      await choose(page, "photo", picture, "IMG_0042", "");
      await page.getByText("The place where this picture was taken can’t be removed here.").waitFor();
      expect(await findBarriers(page)).toEqual([]);
      const asked = await page.evaluate(() => (globalThis as unknown as WithFixture).fixture.asked);
      expect(asked.filter(({ kind }) => kind === "attach")).toEqual([]);
      await page.getByRole("button", { name: "Send as it is" }).click();
      const { bytes } = await sent(page);
      expect(bytes.equals(picture)).toBe(true);
      await page.locator(".chip-failed").waitFor({ state: "detached" });
    })(),
  PATIENCE,
);

test(
  "a file that was taken away since it was chosen is not sent, says why, and can be tried again",
  story(darius, {}, async ({ page }) => {
    const shelf = mkdtempSync(join(tmpdir(), "elahe-shelf-"));
    const file = join(shelf, "list.txt");
    writeFileSync(file, "rice");
    await page.evaluate(() => {
      const input = Object.assign(document.createElement("input"), { type: "file", id: "shelf" });
      document.body.append(input);
    });
    await page.locator("#shelf").setInputFiles(file);
    // The browser notes what it is when it is first asked.
    await page.locator("#shelf").evaluate((input: HTMLInputElement) => input.files?.[0]?.size);
    rmSync(file);
    await page.evaluate(() => {
      const chosen = document.querySelector<HTMLInputElement>("#shelf")?.files?.[0];
      const carried = new DataTransfer();
      if (chosen) carried.items.add(chosen);
      const drop = new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true });
      document.querySelector(".timeline")?.dispatchEvent(drop);
      document.querySelector("#shelf")?.remove();
    });
    await page.getByText("This file could not be read.").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole("button", { name: "Try list.txt again" }).click();
    await page.getByText("This file could not be read.").waitFor();
    await page.getByRole("button", { name: "Remove list.txt" }).click();
    await page.locator(".chip").waitFor({ state: "detached" });
    rmSync(shelf, { recursive: true });
  }),
  PATIENCE,
);

test(
  "a film shows how it looks before it is fetched",
  story(darius, {}, async ({ page }) => {
    const film = await page.evaluate(async () => {
      const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 180 });
      const context = canvas.getContext("2d");
      if (!context) throw new Error("no canvas");
      const recorder = new MediaRecorder(canvas.captureStream(10), { mimeType: "video/webm" });
      const pieces: Blob[] = [];
      recorder.ondataavailable = ({ data }) => void pieces.push(data);
      const stopped = new Promise((resolve) => {
        recorder.onstop = resolve;
      });
      const painting = setInterval(() => {
        context.fillStyle = "rgb(200, 30, 30)";
        context.fillRect(0, 0, 320, 180);
      }, 50);
      recorder.start();
      setTimeout(() => recorder.stop(), 600);
      await stopped;
      clearInterval(painting);
      const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
      return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    });
    await choose(page, "photo", Buffer.from(film, "base64"), "party", "");
    const { about, bytes } = await sent(page);
    expect(about).toMatchObject({ type: "video/webm", dimensions: { width: 320, height: 180 } });
    expect(bytes.toString("base64")).toBe(film);
    const { r, g, b } = thumbHashToAverageRGBA(Uint8Array.from(Object.values(about.thumbhash ?? {})));
    expect([Math.round(r * 2), Math.round(g * 2), Math.round(b * 2)]).toEqual([2, 0, 0]);
  }),
  PATIENCE,
);
