import type { Page } from "playwright-core";
import type { Picture } from "./picture.ts";
import { CONVERSATION } from "./test-ids.ts";

const path = `/chat/${CONVERSATION.darius}`;
const files = { scene: "files", persian: "filesPersian" } as const;

async function menu(page: Page, choice: number): Promise<void> {
  await page.locator(".message-more").last().dispatchEvent("click");
  await page.locator("dialog .choice").nth(choice).click();
}

/** What stands beside words, and what opens over a conversation. */
export const PICTURES_OF_FILES: Record<string, Picture> = {
  files: { path, ...files },
  "files-pictures": {
    path,
    ...files,
    act: (page) => page.locator(".picture").first().scrollIntoViewIfNeeded(),
  },
  gallery: {
    path,
    ...files,
    act: async (page) => {
      await page.locator(".picture").first().scrollIntoViewIfNeeded();
      await page.locator(".picture-open img").first().waitFor();
      await page.locator(".picture-open").first().click();
      await page.locator(".gallery img").waitFor();
    },
  },
  emoji: {
    path,
    act: async (page) => {
      await page.locator(".message-more").last().dispatchEvent("click");
      await page.locator("dialog .quick").last().click();
      await page.locator(".emoji-grid .emoji").first().waitFor();
    },
  },
  forward: {
    path,
    act: async (page) => {
      await menu(page, 3);
      await page.locator("dialog .choice .avatar").first().waitFor();
    },
  },
  "export-everything": {
    path: "/chat/settings",
    act: (page) => page.getByRole("button", { name: /^(Export everything|برون‌بری همه‌چیز)$/ }).click(),
  },
};
