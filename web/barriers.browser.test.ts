import { expect, test } from "bun:test";
import { findBarriers, PATIENCE, tellInBrowser } from "./testing/browser-story.ts";
import type { Looks } from "./testing/open-browser.ts";
import { sceneOf } from "./testing/picture.ts";
import { PICTURES } from "./testing/pictures.ts";

const story = tellInBrowser();

const LOOKS: readonly Looks[] = [
  { theme: "light", language: "en", screen: "desktop" },
  { theme: "dark", language: "en", screen: "phone" },
  { theme: "dark", language: "fa", screen: "desktop" },
  { theme: "light", language: "fa", screen: "phone" },
];

/** All four of each in the long form; in the short one each picture in one of them, in turn. */
const looksOf = (index: number) =>
  process.env["ELAHE_FULL"] === "1" ? LOOKS : LOOKS.slice(index % LOOKS.length).slice(0, 1);

for (const [index, [name, picture]] of Object.entries(PICTURES).entries())
  test(
    `no barriers: ${name}`,
    async () => {
      for (const looks of looksOf(index)) {
        const scene = sceneOf(picture, looks.language ?? "en");
        const script = picture.script ?? {};
        await story(picture.path, { ...looks, scene, script }, async ({ page }) => {
          await page.locator("#app :is(main, nav):visible").first().waitFor();
          await page.waitForTimeout(200);
          await picture.act?.(page);
          expect([looks, await findBarriers(page)]).toEqual([looks, []]);
        })();
      }
    },
    PATIENCE,
  );
