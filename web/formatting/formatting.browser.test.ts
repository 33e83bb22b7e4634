import { expect, test } from "bun:test";
import type { Page } from "playwright-core";
import type { Patch } from "../delivery/patches.ts";
import { findBarriers, PATIENCE, pushPatch, tellInBrowser } from "../testing/browser-story.ts";
import { CONVERSATION, testId } from "../testing/test-ids.ts";

const story = tellInBrowser();
const darius = `/chat/${CONVERSATION.darius}`;

const theirs = (text: string): Patch => ({
  kind: "messages",
  conversationId: CONVERSATION.darius,
  messages: [
    {
      id: testId(9900),
      conversationId: CONVERSATION.darius,
      sequence: 900,
      sender: testId(100),
      mine: false,
      sentAt: Date.now(),
      body: { kind: "text", text },
      mark: undefined,
      failure: undefined,
    },
  ],
});

const WRITTEN =
  "**Bold** and *slanted*, ~~gone~~, `code`\n> quoted\n- one\n- two\n```\nlet far = 1; // a line that is much longer than any screen it is ever going to be shown on, wherever that is\n```\nThe end: ||she lives||";

const bubble = (page: Page) => page.locator("[data-sequence='900']");

test(
  "marks in a message are shown as what they mean, and code scrolls within itself",
  story(darius, { screen: "phone" }, async ({ page }) => {
    await page.getByLabel(/^Message to/).waitFor();
    await pushPatch(page, theirs(WRITTEN));
    await bubble(page).locator("strong").waitFor();
    for (const [shown, text] of [
      ["strong", "Bold"],
      ["i", "slanted"],
      ["del", "gone"],
      [".inline-code", "code"],
      ["blockquote", "quoted"],
    ] as const)
      expect(await bubble(page).locator(shown).textContent()).toBe(text);
    expect(await bubble(page).locator("li").allTextContents()).toEqual(["one", "two"]);
    const code = bubble(page).getByRole("region", { name: "Code" });
    expect(await code.evaluate((block) => block.scrollWidth > block.clientWidth)).toBeTrue();
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBeTrue();
    expect(await findBarriers(page)).toEqual([]);
  }),
  PATIENCE,
);

test(
  "what is hidden is nowhere in the page until it is pressed, also by keys",
  story(darius, {}, async ({ page }) => {
    await page.getByLabel(/^Message to/).waitFor();
    await pushPatch(page, theirs(WRITTEN));
    const hidden = page.getByRole("button", { name: "Hidden text. Press to show it." });
    await hidden.waitFor();
    expect(await page.locator("body").textContent()).not.toContain("she lives");
    await hidden.focus();
    await page.keyboard.press("Enter");
    await bubble(page).getByText("she lives").waitFor();
  }),
  PATIENCE,
);

test(
  "tags and addresses of scripts stay words",
  story(darius, {}, async ({ page }) => {
    await page.getByLabel(/^Message to/).waitFor();
    await pushPatch(page, theirs("**<img src=x onerror=alert(1)>** [press](javascript:alert(1))"));
    expect(await bubble(page).locator("strong").textContent()).toBe("<img src=x onerror=alert(1)>");
    expect(await bubble(page).locator(".bubble-words :is(img, a)").count()).toBe(0);
  }),
  PATIENCE,
);
