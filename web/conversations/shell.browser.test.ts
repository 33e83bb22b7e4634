import { expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { findBarriers, PATIENCE, pushPatch, tellInBrowser } from "../testing/browser-story.ts";
import { CONVERSATION } from "../testing/scenes.ts";

const story = tellInBrowser();
const darius = `/chat/${CONVERSATION.darius}`;

const box = (page: Page) => page.getByLabel(/^Message to/);

test(
  "the switcher opens by keys, finds by a part of a name and opens with Enter",
  story("/chat", {}, async ({ page }) => {
    await page.getByRole("link", { name: /^darius/ }).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.type("morad");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "leyla.moradi" }).first().waitFor();
  }),
  PATIENCE,
);

test(
  "a new conversation is found by exact name, and an unknown name is said",
  story("/chat", {}, async ({ page }) => {
    await page.getByRole("button", { name: "New conversation" }).click();
    await page.getByLabel("Username").fill("nobody");
    await page.keyboard.press("Enter");
    await page.getByText("Nobody on this server has the name “nobody”").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByLabel("Username").fill("samira");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "samira" }).first().waitFor();
    await page.getByText("Write the first message").waitFor();
  }),
  PATIENCE,
);

test(
  "on a phone one pane shows, and back and Esc lead to the list",
  story("/chat", { screen: "phone" }, async ({ page }) => {
    await page.getByRole("link", { name: /^darius/ }).click();
    await box(page).waitFor();
    expect(await page.getByRole("navigation", { name: "Conversations" }).isVisible()).toBe(false);
    expect(await findBarriers(page)).toEqual([]);
    await page.goBack();
    await page.getByRole("navigation", { name: "Conversations" }).waitFor();
    await page.waitForFunction((path) => document.activeElement?.getAttribute("href") === path, darius);
    await page.getByRole("link", { name: /^darius/ }).click();
    await box(page).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("navigation", { name: "Conversations" }).waitFor();
  }),
  PATIENCE,
);

test(
  "nothing reaches past the edge of a narrow phone",
  story(darius, { screen: "phone" }, async ({ page }) => {
    await page.locator(".message").last().waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  }),
  PATIENCE,
);

test(
  "everything to be pressed on a phone is large enough for a finger",
  story(darius, { screen: "phone" }, async ({ page }) => {
    await page.locator(".message").last().waitFor();
    const small = await page.locator("button, .row, .head-person").evaluateAll((all) =>
      all
        .map((element) => ({
          box: element.getBoundingClientRect(),
          name: element.getAttribute("aria-label"),
        }))
        .filter(({ box }) => box.width > 0 && (box.width < 44 || box.height < 44))
        .map(({ name }) => name),
    );
    expect(small).toEqual([]);
  }),
  PATIENCE,
);

test(
  "being offline is said, and what is written is promised to be sent",
  story(darius, { scene: "offline" }, async ({ page }) => {
    await page.getByText("You’re offline.").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole("button", { name: "Try now" }).click();
    await page.getByText("You’re offline.").waitFor({ state: "detached" });
  }),
  PATIENCE,
);

test(
  "a session that ended leads to sign-in and back to the same place",
  story(darius, {}, async ({ page }) => {
    await page.locator(".message").last().waitFor();
    await pushPatch(page, { kind: "signed_out" });
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    expect(new URL(page.url()).searchParams.get("next")).toBe(darius);
  }),
  PATIENCE,
);

test(
  "an empty list says what to do",
  story("/chat", { scene: "empty" }, async ({ page }) => {
    await page.getByText("No conversations yet").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole("navigation").getByText("New conversation").click();
    await page.getByText("Write to yourself").click();
    await page.getByText("Only you can read what you write here.").waitFor();
  }),
  PATIENCE,
);

for (const [scene, words] of [
  ["elsewhere", "Your conversations live on another device"],
  ["insecure", "This address is not secure enough"],
  ["full", "This device is full"],
  ["starting", "Getting this device ready…"],
] as const)
  test(
    `a device that cannot take part is told why: ${scene}`,
    story("/chat", { scene }, async ({ page }) => {
      await page.getByText(words).waitFor();
      if (scene !== "starting") expect(await findBarriers(page)).toEqual([]);
    }),
    PATIENCE,
  );
