import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import type { SceneName } from "./scenes.ts";

const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
];

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium", args: ARGS });
}

export const SCREENS = {
  phone: { width: 360, height: 740 },
  tablet: { width: 768, height: 1024 },
  desktop: { width: 1280, height: 800 },
} as const;

export interface Looks {
  readonly scene?: SceneName;
  readonly screen?: keyof typeof SCREENS;
  readonly theme?: "light" | "dark";
  readonly language?: "en" | "fa";
}

/** A fresh profile with its own storage; what goes wrong in the page is collected in `problems`. */
export async function openPage(browser: Browser, looks: Looks = {}) {
  const screen = looks.screen ?? "desktop";
  const context: BrowserContext = await browser.newContext({
    viewport: SCREENS[screen],
    hasTouch: screen === "phone",
    colorScheme: looks.theme ?? "light",
    locale: looks.language === "fa" ? "fa-IR" : "en-GB",
    timezoneId: "Europe/Oslo",
  });
  await context.addInitScript((scene) => sessionStorage.setItem("scene", scene), looks.scene ?? "everyday");
  const page: Page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      problems.push(message.text());
  });
  return { page, context, problems };
}
