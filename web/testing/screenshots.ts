/**
 * Pictures of every screen and state, for looking at: bun web/testing/screenshots.ts [part of a name]
 * They land in screenshots/, which git leaves alone.
 */
import { mkdir } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { answerAsServer } from "./answer-as-server.ts";
import { type Looks, openBrowser, openPage, SCREENS } from "./open-browser.ts";
import { CONVERSATION, type SceneName } from "./scenes.ts";
import { servePage } from "./serve-page.ts";

interface Picture {
  readonly path: string;
  readonly scene?: SceneName;
  readonly script?: Parameters<typeof answerAsServer>[0];
  readonly act?: (page: Page) => Promise<unknown>;
}

const darius = `/chat/${CONVERSATION.darius}`;

const PICTURES: Record<string, Picture> = {
  landing: { path: "/" },
  "landing-new": { path: "/", script: { setUp: false } },
  "sign-in": { path: "/auth/sign-in" },
  "sign-in-wrong": {
    path: "/auth/sign-in",
    script: { refusing: { "/api/sessions": [401, "session.wrong_credentials"] } },
    act: signInWrongly,
  },
  "sign-in-away": {
    path: "/auth/sign-in",
    script: { refusing: { "/api/server": [503, "server.stopping"] } },
  },
  register: { path: "/invite/k3Jx0s9QmZr7Vb2LhTn5WcYd" },
  "register-paste": { path: "/auth/register" },
  "register-spent": { path: "/invite/k3Jx0s9QmZr7Vb2LhTn5WcYd", script: { inviteValid: false } },
  "set-up": { path: "/setup/k3Jx0s9QmZr7Vb2LhTn5WcYd", script: { setUp: false } },
  "not-found": { path: "/nothing" },
  list: { path: "/chat" },
  "list-empty": { path: "/chat", scene: "empty" },
  "list-loading": { path: "/chat", scene: "loading" },
  conversation: { path: darius },
  "conversation-unread": { path: `/chat/${CONVERSATION.leyla}` },
  "conversation-failed": { path: `/chat/${CONVERSATION.farhad}` },
  "conversation-new": { path: `/chat/${CONVERSATION.new}` },
  "conversation-saved": { path: `/chat/${CONVERSATION.saved}` },
  "conversation-broken": { path: darius, scene: "failing" },
  "conversation-up": { path: darius, scene: "many", act: scrollUp },
  "conversation-long": { path: darius, act: writeLong },
  details: { path: `${darius}/details` },
  offline: { path: darius, scene: "offline" },
  "new-conversation": {
    path: "/chat",
    act: (page) =>
      page
        .getByRole("button", { name: /New conversation|گفت‌وگوی تازه/ })
        .first()
        .click(),
  },
  switcher: { path: "/chat", act: (page) => page.keyboard.press("Control+k") },
  settings: { path: "/chat/settings" },
  "settings-invite": {
    path: "/chat/settings",
    act: (page) => page.getByRole("button", { name: /Create invite link|ساختن پیوند دعوت/ }).click(),
  },
  "settings-away": {
    path: "/chat/settings",
    script: { refusing: { "/api/invites": [503, "server.stopping"] } },
    act: (page) => page.getByRole("button", { name: /Create invite link|ساختن پیوند دعوت/ }).click(),
  },
  elsewhere: { path: "/chat", scene: "elsewhere" },
  starting: { path: "/chat", scene: "starting" },
  insecure: { path: "/chat", scene: "insecure" },
};

const LOOKS: Looks[] = (Object.keys(SCREENS) as (keyof typeof SCREENS)[]).flatMap((screen) => [
  { screen, theme: "light", language: "en" },
  { screen, theme: "dark", language: "en" },
  { screen, theme: "light", language: "fa" },
]);

if (import.meta.main) await takePictures(process.argv[2] ?? "");

async function takePictures(wanted: string): Promise<void> {
  await mkdir("screenshots", { recursive: true });
  const browser = await openBrowser();
  for (const [name, picture] of Object.entries(PICTURES)) {
    for (const looks of LOOKS) {
      const file = `${name}-${looks.screen}-${looks.language === "fa" ? "persian" : looks.theme}`;
      if (file.includes(wanted)) await takePicture(browser, picture, looks, `screenshots/${file}.png`);
    }
  }
  await browser.close();
}

async function takePicture(browser: Browser, picture: Picture, looks: Looks, file: string): Promise<void> {
  const persian = looks.language === "fa";
  const served = await servePage(
    answerAsServer({ ...(persian ? { name: "خانهٔ زعفران" } : {}), ...picture.script }).answer,
  );
  const scene = picture.scene ?? (persian ? "persian" : "everyday");
  const { page, context, problems } = await openPage(browser, { ...looks, scene });
  await page.goto(served.origin + picture.path);
  await page.waitForTimeout(500);
  await picture.act?.(page);
  await page.waitForTimeout(300);
  await page.screenshot({ path: file });
  console.log(file, ...problems);
  await context.close();
  await served.stop();
}

async function signInWrongly(page: Page): Promise<void> {
  await page.locator("#username").fill("amina");
  await page.locator("#password").fill("not the password");
  await page.keyboard.press("Enter");
}

async function scrollUp(page: Page): Promise<void> {
  await page.locator(".timeline").evaluate((list) => list.scrollBy(0, -3000));
}

async function writeLong(page: Page): Promise<void> {
  await page.locator(".composer-box").fill("One line after another,\n".repeat(12));
}
