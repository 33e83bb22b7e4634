/**
 * Pictures of every screen and state, for looking at: bun web/testing/screenshots.ts [part of a name]
 * They land in screenshots/, which git leaves alone.
 */
import { mkdir } from "node:fs/promises";
import type { Browser } from "playwright-core";
import { answerAsServer } from "./answer-as-server.ts";
import { type Looks, openBrowser, openPage, SCREENS } from "./open-browser.ts";
import { type Picture, sceneOf } from "./picture.ts";
import { PICTURES } from "./pictures.ts";
import { servePage } from "./serve-page.ts";

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
  const scene = sceneOf(picture, looks.language ?? "en");
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
