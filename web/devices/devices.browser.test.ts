import { expect, test } from "bun:test";
import type { Page } from "playwright-core";
import {
  commandsOf,
  failFrom,
  findBarriers,
  PATIENCE,
  pushPatch,
  tellInBrowser,
  type WithFixture,
} from "../testing/browser-story.ts";
import { CODE, WORDS } from "../testing/fixture-devices.ts";

const story = tellInBrowser();

test(
  "a browser without keys shows a code to scan and to type until it is called off",
  story("/chat", { scene: "elsewhere" }, async ({ page }) => {
    await page.getByRole("button", { name: "Link this browser" }).click();
    await page.getByRole("img", { name: "The code for this browser, to scan" }).waitFor();
    const code = page.getByRole("status", { name: "The code for this browser" });
    expect((await code.textContent())?.trim().split(/\s+/)).toEqual(CODE.split("-"));
    await page.getByText("It works once, until").waitFor();
    await page.getByText("On your other device open Settings, Devices").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Link this browser" }).waitFor();
    await code.waitFor({ state: "detached" });
  }),
  PATIENCE,
);

for (const [failure, words] of [
  ["device_link.not_found", "The code has expired. Show a new one."],
  ["device_link_wrong", "What came for this code was not made by a device that was told it."],
  ["unreachable", "The server could not be reached."],
] as const)
  test(
    `a link that came to nothing is said to be so: ${failure}`,
    story("/chat", { scene: "elsewhere" }, async ({ page }) => {
      await page.getByRole("button", { name: "Link this browser" }).waitFor();
      await pushPatch(page, { kind: "device", device: { kind: "elsewhere", failure } });
      await page.getByRole("alert").filter({ hasText: words }).waitFor();
      await page.getByRole("button", { name: "Link this browser" }).click();
      await page.getByRole("status", { name: "The code for this browser" }).waitFor();
      expect(await page.getByRole("alert").count()).toBe(0);
    }),
    PATIENCE,
  );

test(
  "the words bring the account back, pasted with their numbers, and wrong ones are said plainly",
  story("/chat", { scene: "elsewhere" }, async ({ page }) => {
    await page.getByText("all your other devices are signed out").waitFor();
    await page.getByRole("button", { name: "Your recovery words" }).click();
    const box = page.getByRole("textbox", { name: "Your recovery words" });
    const recover = page.getByRole("button", { name: "Recover with these words" });
    await box.fill("abandon amount");
    await page.getByText("2 words of 24").waitFor();
    await recover.click();
    await page.getByRole("alert").filter({ hasText: "These are 2 words." }).waitFor();
    expect(await commandsOf(page)).not.toContainEqual(expect.objectContaining({ kind: "recover" }));
    await box.fill(WORDS.replace("liar", "rhythm"));
    await recover.click();
    await page.getByRole("alert").filter({ hasText: "not this account’s recovery words" }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await failFrom(page, "recover", "vault_differs");
    await recover.click();
    await page.getByRole("alert").filter({ hasText: "does not show what was last sealed" }).waitFor();
    await failFrom(page, "recover");
    await box.fill(
      WORDS.split(" ")
        .map((word, place) => `${place + 1}. ${word.toUpperCase()}`)
        .join("\n"),
    );
    await recover.click();
    await page.getByRole("link", { name: /^darius/ }).waitFor();
  }),
  PATIENCE,
);

test(
  "whoever has neither signs out again",
  story("/chat", { scene: "elsewhere" }, async ({ page }) => {
    await page.getByRole("button", { name: "Sign out here" }).click();
    await page.getByLabel("Username").waitFor();
  }),
  PATIENCE,
);

test(
  "both ways are there in Persian",
  story("/chat", { scene: "elsewhere", language: "fa" }, async ({ page }) => {
    await page.getByRole("button", { name: "پیوند دادن این مرورگر" }).click();
    await page.getByText("یک بار و تا").waitFor();
    expect(await page.locator("html").getAttribute("dir")).toBe("rtl");
    expect(await findBarriers(page)).toEqual([]);
  }),
  PATIENCE,
);

test(
  "the own devices stand in the settings: renamed, and removed once the deed was named",
  story("/chat/settings", {}, async ({ page }) => {
    await page.getByRole("link", { name: "See your devices" }).click();
    const device = (name: string) => page.getByRole("listitem").filter({ hasText: name });
    await device("Chromium on Linux").getByText("This device").waitFor();
    expect(await device("Chromium on Linux").getByRole("button", { name: "Remove" }).count()).toBe(0);
    await device("Chromium on Linux").getByText("Active now").waitFor();
    await device("Firefox on Android").getByText("Last seen:").waitFor();
    expect(await page.getByRole("listitem").getByRole("alert").count()).toBe(1);
    await device("Safari on iPad").getByRole("alert").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await device("Firefox on Android").getByRole("button", { name: "Rename" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("My phone");
    await page.getByRole("dialog").getByRole("button", { name: "Keep" }).click();
    await device("My phone").getByRole("button", { name: "Remove" }).click();
    const dialog = page.getByRole("dialog", { name: "Remove My phone?" });
    await failFrom(page, "revoke_device", "unreachable");
    await dialog.getByRole("button", { name: "Remove this device" }).click();
    await dialog.getByRole("alert").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await failFrom(page, "revoke_device");
    await dialog.getByRole("button", { name: "Remove this device" }).click();
    await dialog.waitFor({ state: "detached" });
    await device("My phone").waitFor({ state: "detached" });
    expect(await page.locator(".own-device").count()).toBe(2);
  }),
  PATIENCE,
);

test(
  "devices that could not be looked up are not drawn as none",
  story("/chat", {}, async ({ page }) => {
    await failFrom(page, "list_devices", "unreachable");
    await page.getByRole("button", { name: "Settings" }).click();
    await page.getByRole("link", { name: "See your devices" }).click();
    const alert = page.getByRole("alert").filter({ hasText: "could not be looked up" });
    await alert.waitFor();
    await failFrom(page, "list_devices");
    await alert.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("listitem").filter({ hasText: "Safari on iPad" }).waitFor();
    expect(await page.getByText("could not be looked up").count()).toBe(0);
  }),
  PATIENCE,
);

test(
  "a typed code shows who waits before the keys are handed over, and how far the new device is",
  story("/chat/settings?devices", {}, async ({ page }) => {
    const box = page.getByLabel("Code of the new device");
    await box.fill("0123-4567");
    await page.getByRole("button", { name: "See which device it is" }).click();
    await page.getByRole("alert").filter({ hasText: "there is a slip in it" }).waitFor();
    await box.fill(CODE);
    await page.getByRole("button", { name: "See which device it is" }).click();
    await page.getByRole("heading", { name: "Edge on Windows waits for your keys" }).waitFor();
    await page.getByText("Address: 192.0.2.7").waitFor();
    await page.getByText("Asked at").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole("button", { name: "Link this device" }).click();
    await page.getByText("Adding it to your conversations: 3 of 12").waitFor();
    await page.getByRole("listitem").filter({ hasText: "Edge on Windows" }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await pushPatch(page, { kind: "seating", seating: { whose: "another", done: 12, all: 12 } });
    await page.getByText("It is in all your conversations.").waitFor();
    expect(await commandsOf(page)).toContainEqual({ kind: "link_another", code: CODE });
  }),
  PATIENCE,
);

test(
  "the link that a new device shows leads there, and what is not one's own is handed nothing",
  story(`/chat/link#${CODE}`, {}, async ({ page }) => {
    await page.getByRole("heading", { name: "Edge on Windows waits for your keys" }).waitFor();
    await page.getByRole("button", { name: "Not mine" }).click();
    await page.getByText("Nothing was handed over.").waitFor();
    expect(await commandsOf(page)).not.toContainEqual(expect.objectContaining({ kind: "link_another" }));
    await page.getByRole("button", { name: "Back" }).last().click();
    await page.getByRole("link", { name: "See your devices" }).waitFor();
  }),
  PATIENCE,
);

/** The place of each word that is asked, from the label of its field. */
async function askedPlaces(page: Page): Promise<number[]> {
  const labels = await page.locator(".words-form label").allTextContents();
  return labels.map((label) => Number(label.replace("Word ", "")));
}

test(
  "the words are shown, copied and saved, and count as written down once two of them are known",
  story("/chat/settings", {}, async ({ page }) => {
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByText("Not written down yet.").waitFor();
    await page.getByRole("link", { name: "Your recovery key" }).click();
    await page.getByRole("button", { name: "Show the 24 words" }).click();
    const shown = page.getByRole("list", { name: "Your 24 recovery words" }).getByRole("listitem");
    await shown.first().waitFor();
    expect(await shown.allTextContents()).toEqual(WORDS.split(" "));
    await page.getByRole("button", { name: "Copy" }).click();
    await page.getByText("The words were copied.").waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(WORDS);
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save as a text file" }).click(),
    ]);
    expect(file.suggestedFilename()).toBe("elahe-recovery-key-amina.txt");
    const saved = await Bun.file(await file.path()).text();
    expect(
      saved
        .trim()
        .split("\n")
        .map((line) => line.replace(/^\d+\. /, "")),
    ).toEqual(WORDS.split(" "));
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole("button", { name: "I have written them down" }).click();
    const places = await askedPlaces(page);
    expect(new Set(places).size).toBe(2);
    const [first = 0, second = 0] = places;
    const right = (place: number) => WORDS.split(" ")[place - 1] ?? "";
    await page.getByLabel(`Word ${first}`, { exact: true }).fill(right(first));
    await page.getByLabel(`Word ${second}`, { exact: true }).fill("turquoise");
    await page.getByRole("button", { name: "Done" }).click();
    await page
      .getByRole("alert")
      .filter({ hasText: `This is not word ${second}.` })
      .waitFor();
    expect(await commandsOf(page)).not.toContainEqual({ kind: "confirm_words" });
    expect(await findBarriers(page)).toEqual([]);
    await page.getByLabel(`Word ${second}`, { exact: true }).fill(` ${right(second).toUpperCase()} `);
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByText("Your recovery key is ready.").waitFor();
    await page.getByText("Written down: Today").waitFor();
    expect(await shown.count()).toBe(0);
  }),
  PATIENCE,
);

test(
  "the recovery key is checked by typing it, and wrong words prove nothing",
  story("/chat/settings", {}, async ({ page }) => {
    await page.waitForFunction(() => "fixture" in globalThis);
    await page.evaluate(() => (globalThis as unknown as WithFixture).fixture.do({ kind: "confirm_words" }));
    await page.getByRole("link", { name: "Your recovery key" }).click();
    await page.getByRole("heading", { name: "Check your recovery key" }).waitFor();
    await page.getByRole("button", { name: "Check my words" }).click();
    const box = page.getByRole("textbox", { name: "Your recovery words" });
    await box.fill(WORDS.split(" ").toReversed().join(" "));
    await page.getByRole("button", { name: "Check your recovery key" }).click();
    await page.getByRole("alert").filter({ hasText: "not this account’s recovery words" }).waitFor();
    await box.fill(WORDS);
    await page.getByRole("button", { name: "Check your recovery key" }).click();
    await page.getByText("These words open your account.").waitFor();
    await page.getByText("Last checked: Today").waitFor();
    expect(await findBarriers(page)).toEqual([]);
  }),
  PATIENCE,
);

test(
  "a key that was not checked for a month is called to mind in the settings",
  story("/chat", {}, async ({ page }) => {
    await page.waitForFunction(() => "fixture" in globalThis);
    await page.evaluate(() => (globalThis as unknown as WithFixture).fixture.do({ kind: "confirm_words" }));
    await page.getByRole("button", { name: "Settings" }).click();
    await page.getByText("Last checked: Today").waitFor();
    expect(await page.getByText("You have not checked it for a month.").count()).toBe(0);
    await page.getByRole("link", { name: /^darius/ }).click();
    await page.clock.setFixedTime(Date.now() + 31 * 86_400_000);
    await page.getByRole("button", { name: "Settings" }).click();
    await page.getByText("You have not checked it for a month.").waitFor();
  }),
  PATIENCE,
);

test(
  "whoever has conversations and no words is reminded after the first minute, until they put it aside",
  story("/auth/sign-in", {}, async ({ page, origin }) => {
    await page.clock.install();
    await page.goto(`${origin}/chat`);
    await page.getByRole("link", { name: /^darius/ }).waitFor();
    const reminder = page.getByText("Save your recovery key: without it");
    await page.clock.fastForward(30_000);
    expect(await reminder.count()).toBe(0);
    await page.clock.fastForward(31_000);
    await reminder.waitFor();
    await page.clock.resume();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole("button", { name: "Save it now" }).click();
    await page.getByRole("button", { name: "Show the 24 words" }).waitFor();
    await page.getByRole("button", { name: "Not now" }).click();
    await reminder.waitFor({ state: "detached" });
  }),
  PATIENCE,
);

test(
  "a new device says how far it has come into the conversations",
  story("/chat", { scene: "empty" }, async ({ page }) => {
    await page.getByText("No conversations yet").waitFor();
    await pushPatch(page, { kind: "seating", seating: { whose: "own", done: 3, all: 12 } });
    await page.getByText("Coming into your conversations: 3 of 12").waitFor();
    await pushPatch(page, { kind: "seating", seating: { whose: "own", done: 12, all: 12 } });
    await page.getByText("Coming into your conversations").waitFor({ state: "detached" });
  }),
  PATIENCE,
);
