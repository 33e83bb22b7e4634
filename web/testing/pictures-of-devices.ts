import type { Page } from "playwright-core";
import { CODE } from "./fixture-devices.ts";
import type { Picture } from "./picture.ts";
import { CONVERSATION } from "./test-ids.ts";

const press = (page: Page, name: RegExp) => page.getByRole("button", { name }).click();
const elsewhere = { path: "/chat", scene: "elsewhere" } as const;
const safety = /^(Safety number|شمارهٔ امنیتی)$/;

/** Several devices of one person, what brings the account back, and how people make sure of each other. */
export const PICTURES_OF_DEVICES: Record<string, Picture> = {
  "elsewhere-code": {
    ...elsewhere,
    act: async (page) => {
      await press(page, /^(Link this browser|پیوند دادن این مرورگر)$/);
      await page.getByRole("status").first().waitFor();
    },
  },
  "elsewhere-words": {
    ...elsewhere,
    act: (page) => press(page, /^(Your recovery words|واژه‌های بازیابی شما)$/),
  },
  devices: { path: "/chat/settings?devices" },
  "device-waits": { path: `/chat/link#${CODE}` },
  "device-remove": {
    path: "/chat/settings?devices",
    act: (page) =>
      page
        .getByRole("button", { name: /^(Remove|برداشتن)$/ })
        .first()
        .click(),
  },
  recovery: { path: "/chat/settings?recovery" },
  "recovery-shown": {
    path: "/chat/settings?recovery",
    act: (page) => press(page, /^(Show the 24 words|نشان دادن ۲۴ واژه)$/),
  },
  "safety-number": {
    path: `/chat/${CONVERSATION.darius}/details`,
    act: (page) => press(page, safety),
  },
  archive: {
    path: "/chat/settings",
    act: (page) => page.getByLabel(/^(Keep my messages|پیام‌هایم)/).scrollIntoViewIfNeeded(),
  },
};
