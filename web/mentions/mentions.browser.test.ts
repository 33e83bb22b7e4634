import { expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { findBarriers, PATIENCE, pushPatch, tellInBrowser } from "../testing/browser-story.ts";
import { SCENES } from "../testing/scenes.ts";
import { GROUP } from "../testing/test-ids.ts";

const story = tellInBrowser();
const box = (page: Page) => page.getByLabel(/^Message to/);
const choices = (page: Page) => page.getByRole("listbox", { name: "People to mention" }).getByRole("option");

test(
  "whoever is to be called is chosen by keys behind the sign, by any part of the name",
  story(`/chat/${GROUP}`, { scene: "group" }, async ({ page }) => {
    await box(page).click();
    await page.keyboard.type("hey @");
    await choices(page).first().waitFor();
    expect(await choices(page).count()).toBe(4);
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press("ArrowDown");
    expect(await box(page).getAttribute("aria-activedescendant")).toBe("mention-1");
    await page.keyboard.type("da");
    expect(await choices(page).allTextContents()).toEqual([expect.stringContaining("@darius")]);
    await page.keyboard.press("Enter");
    expect(await box(page).inputValue()).toBe("hey @darius ");
    await page.keyboard.type("and @to");
    await choices(page).first().click();
    await page.keyboard.type("!");
    expect(await box(page).inputValue()).toBe("hey @darius and @tomas !");
    await page.keyboard.type(" @zzz");
    await page.keyboard.press("Enter");
    await page.getByText("and @tomas !").first().waitFor();
    expect(await box(page).inputValue()).toBe("");
  }),
  PATIENCE,
);

test(
  "Esc closes the names and leaves the conversation open; an address calls nobody",
  story(`/chat/${GROUP}`, { scene: "group" }, async ({ page }) => {
    await box(page).click();
    await page.keyboard.type("@t");
    await choices(page).first().waitFor();
    await page.keyboard.press("Escape");
    await choices(page).first().waitFor({ state: "detached" });
    expect(await box(page).inputValue()).toBe("@t");
    await page.keyboard.type(" me@t");
    expect(await choices(page).count()).toBe(0);
    expect(page.url()).toContain(GROUP);
  }),
  PATIENCE,
);

test(
  "names that are called lead to those who have them, the own one stands out, and the list says so until it is read",
  story(`/chat`, { scene: "group" }, async ({ page }) => {
    await page.getByRole("link", { name: /Garden on Sunday/ }).waitFor();
    const scene = SCENES.group(Date.now());
    const view = scene.conversations.find(({ id }) => id === GROUP);
    if (!view) throw new Error("no group");
    const called = { ...view, unread: 2, readUpTo: view.readUpTo - 2, calls: [view.readUpTo - 1] };
    await pushPatch(page, { kind: "conversations", conversations: [called], complete: false });
    const row = page.getByRole("link", { name: /Garden on Sunday/ });
    await row.getByText("You are mentioned").waitFor();
    await row.click();
    await page.locator(".mention-me", { hasText: "@amina" }).waitFor();
    await row.getByText("You are mentioned").waitFor({ state: "detached" });
    expect(await page.locator("a.mention").getAttribute("href")).toBe("/chat/new?to=tomas");
    expect(await findBarriers(page)).toEqual([]);
  }),
  PATIENCE,
);

test(
  "a press leads to where one was called, far above",
  story(`/chat/${GROUP}`, { scene: "group", screen: "phone" }, async ({ page }) => {
    await box(page).waitFor();
    const view = SCENES.group(Date.now()).conversations.find(({ id }) => id === GROUP);
    if (!view) throw new Error("no group");
    await pushPatch(page, {
      kind: "conversations",
      conversations: [{ ...view, calls: [2] }],
      complete: false,
    });
    const go = page.getByRole("button", { name: "Go to where you are mentioned" });
    await go.click();
    await page.locator(".message-found").waitFor();
    expect(await page.locator(".message-found").getAttribute("data-sequence")).toBe("2");
  }),
  PATIENCE,
);

test(
  "what is chosen in the box is marked by keys and by buttons, and stays chosen",
  story(`/chat/${GROUP}`, { scene: "group" }, async ({ page }) => {
    await box(page).click();
    await page.keyboard.type("so good");
    for (let letter = 0; letter < 4; letter += 1) await page.keyboard.press("Shift+ArrowLeft");
    const bar = page.getByRole("toolbar", { name: "How the chosen words look" });
    await bar.waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press("Control+b");
    expect(await box(page).inputValue()).toBe("so **good**");
    await bar.getByRole("button", { name: "Hidden until pressed" }).click();
    expect(await box(page).inputValue()).toBe("so **||good||**");
    await page.keyboard.press("ArrowRight");
    await bar.waitFor({ state: "detached" });
  }),
  PATIENCE,
);
